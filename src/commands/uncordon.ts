import { parseDryRun } from '../cli/dry-run.ts';
import { NODE_FLAGS, NodeCommand } from '../cli/nodes/node-command.ts';

export default class Uncordon extends NodeCommand {
  static readonly summary = 'Let new pods onto a node again.';
  static readonly usage = 'uncordon (NODE… | -l LABELS) [flags]';
  static readonly examples = ['<%= config.bin %> uncordon node-1', '# Several\n<%= config.bin %> uncordon -l pool=old'];
  static readonly flagSet = NODE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(NODE_FLAGS);
    this.checkNodes(flags, args, given);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const session = await this.session(flags);
    await this.setSchedulable(session, flags, await this.nodes(session, flags, args), true, dryRun);
  }
}
