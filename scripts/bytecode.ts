// Writes the bytecode of dist/server.cjs: what a start compiles until its first answer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as ControlPlane from '../src/control-plane.ts';
import { bytecodeFile, compileAnew } from '../src/util/compiled-script.ts';

/** Starts the server of `script` twice in a new directory, so that first and later starts have what they call. */
export async function writeBytecode(script: string): Promise<void> {
  const { exports, bytecode } = compileAnew(script);
  const { startControlPlane } = exports as typeof ControlPlane;
  const dataDir = mkdtempSync(join(tmpdir(), 'kctl-build-'));
  try {
    for (let start = 0; start < 2; start++) {
      const plane = await startControlPlane({ dataDir, securePort: 0 });
      await isReady(plane);
      await plane.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
  writeFileSync(bytecodeFile(script), bytecode());
}

function isReady({ url, caCertificate: ca }: ControlPlane.ControlPlane): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/readyz`, { ca, agent: false }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) resolve();
      else reject(new Error(`/readyz answered ${answer.statusCode}`));
    });
    asked.on('error', reject).end();
  });
}
