/** Commands that make objects of others, side by side with the real kubectl 1.35: the same stdout, stderr and exit code. */
import { sideBySide } from '../helpers/side-by-side-suite.ts';
import { MAKES } from './kubectl-lines/makes.ts';

sideBySide(MAKES);
