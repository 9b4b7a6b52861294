/** debug, side by side with the real kubectl 1.35: the same stdout, stderr, exit code and pods. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sideBySide } from '../helpers/side-by-side-suite.ts';
import { DEBUGS } from './kubectl-lines/debug.ts';

const FILES: Readonly<Record<string, string>> = {
  'custom.json': '{"env":[{"name":"C","value":"custom"}],"securityContext":{"runAsUser":0},"volumeMounts":[]}',
  'custom.yaml': 'securityContext: {runAsUser: 0}\nresources: {limits: {cpu: 1}}\n',
  'badcustom.json': '{"name":"x"}',
  nojson: '{',
};

sideBySide(DEBUGS, async ({ directory }) => {
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(directory, name), content);
});
