/** The entry of the bundle. What a line does not need is not loaded: `kctl --version` reads hardly more than this file. */
import { runCli } from './run.ts';

/** Started by bin/run.js under an older Node: that process is our terminal, so its end is ours. */
function followParent(): void {
  if (process.env['KCTL_PARENT'] !== '1' || process.channel === undefined) return;
  process.channel?.unref();
  process.on('disconnect', () => process.exit(1));
}

/** `kctl --help | head -1`: a reader that has seen enough is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
followParent();
const { stdout, stderr, stdin, env } = process;
runCli(process.argv.slice(2), { stdout, stderr, stdin, env }).then((code) => {
  process.exitCode = code;
});
