import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../../cli/errors.ts';
import type { Session } from '../../cli/session.ts';
import { requirePodSpec } from '../../cli/set/pod-spec.ts';
import { SET_FLAGS, SetCommand } from '../../cli/set/set-command.ts';

export default class SetServiceaccount extends SetCommand {
  static readonly summary = 'Set the service account of pods that an object makes.';
  static readonly usage = 'set serviceaccount (TYPE NAME… | TYPE/NAME… | -f FILE) SERVICEACCOUNT [flags]';
  static readonly examples = [
    '<%= config.bin %> set serviceaccount deploy/web shop',
    '# Look at the result first\n<%= config.bin %> set sa -f app.yaml shop --local -o yaml',
  ];
  static readonly flagSet = SET_FLAGS;
  #session: Promise<Session> | undefined;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(SET_FLAGS);
    const dryRun = this.dryRun(flags);
    const account = args.at(-1);
    if (account === undefined) throw new CliError('serviceaccount is required');
    const open = (): Promise<Session> => (this.#session ??= this.session(flags));
    const targets = await this.targets(flags, args.slice(0, -1), open);
    const change = {
      operation: 'serviceaccount updated',
      failure: 'failed to patch ServiceAccountName ',
      tellsUnchanged: true,
      change(copy: JsonObject): void {
        const spec = requirePodSpec(copy);
        if (account === '') delete spec['serviceAccountName'];
        else spec['serviceAccountName'] = account;
      },
    };
    await this.applyChange(flags, dryRun, targets, change, open);
  }
}
