/** set, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { sideBySide } from '../helpers/side-by-side-suite.ts';
import { SETS } from './kubectl-lines/set.ts';

sideBySide(SETS);
