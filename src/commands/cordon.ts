import { parseDryRun } from '../cli/dry-run.ts';
import { NODE_FLAGS, NodeCommand } from '../cli/nodes/node-command.ts';

export default class Cordon extends NodeCommand {
  static readonly summary = 'Let no new pods onto a node.';
  static readonly usage = 'cordon (NODE… | -l LABELS) [flags]';
  static readonly examples = ['<%= config.bin %> cordon node-1', '# Several\n<%= config.bin %> cordon -l pool=old'];
  static readonly flagSet = NODE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(NODE_FLAGS);
    this.checkNodes(flags, args, given);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const session = await this.session(flags);
    await this.setSchedulable(session, flags, await this.nodes(session, flags, args), false, dryRun);
  }
}
