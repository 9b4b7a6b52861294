/** What the package exports, and what `kctl serve` loads: the server, run as one script (scripts/build.ts). */
import { join } from 'node:path';
import type * as ControlPlane from './control-plane.ts';
import { requireCompiled } from './util/compiled-script.ts';

export const { startControlPlane } = requireCompiled(join(import.meta.dirname, 'server.cjs')) as typeof ControlPlane;
