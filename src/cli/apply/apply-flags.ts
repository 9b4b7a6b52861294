/** The flags of `apply`, and which of them exclude one another, in kubectl's words. */
import { VALIDATE_FLAG } from '../create/validation.ts';
import { DRY_RUN_FLAG, type DryRun } from '../dry-run.ts';
import { CliError } from '../errors.ts';
import { bool, duration, type FlagValues, integer, optionalText, text, texts } from '../flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { MANIFEST_FLAGS, requireManifests } from '../manifests/manifest-source.ts';

export const APPLY_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...VALIDATE_FLAG,
  'server-side': bool({ summary: 'Let the server merge.' }),
  'force-conflicts': bool({ summary: 'With --server-side: take over fields of other managers.' }),
  'field-manager': text({
    summary: 'Name under which the fields are owned; with --server-side kubectl.',
    default: 'kubectl-client-side-apply',
  }),
  selector: text({ char: 'l', summary: 'Apply only objects with these labels.', default: '' }),
  prune: bool({ summary: 'Delete what was applied before, has the labels, and is in the files no longer.' }),
  all: bool({ summary: 'With --prune: whatever its labels.' }),
  applyset: text({
    summary: 'With --prune: the set that remembers what belongs together: NAME of a secret, or TYPE/NAME.',
    default: '',
  }),
  'prune-allowlist': texts({ summary: 'With --prune: only this kind, as GROUP/VERSION/KIND; may be repeated.' }),
  cascade: optionalText(
    {
      summary: 'What happens to objects owned by pruned ones: background, foreground or orphan.',
      default: 'background',
    },
    'background',
  ),
  force: bool({ summary: 'Delete and create again what cannot be changed.' }),
  'grace-period': integer({
    summary: 'Seconds for --force and --prune to end gracefully; negative: as the object says.',
    default: -1,
  }),
  overwrite: bool({ summary: 'Change fields that others changed since.', default: true }),
  'openapi-patch': bool({ summary: 'Ignored.', default: true, hidden: true }),
  subresource: text({ summary: 'With --server-side: apply a sub-resource: status, scale.', default: '' }),
  timeout: duration({ summary: 'Ignored.', default: 0, hidden: true }),
  wait: bool({ summary: 'Ignored.', hidden: true }),
};

export type ApplyFlags = FlagValues<typeof APPLY_FLAGS>;

/** @throws CliError */
export function checkApplyFlags(flags: ApplyFlags, dryRun: DryRun): void {
  if (flags['force-conflicts'] && !flags['server-side'])
    throw new CliError('--force-conflicts only works with --server-side');
  if (flags['server-side'] && flags.force) throw new CliError('--force cannot be used with --server-side');
  if (flags.subresource !== '' && !flags['server-side'])
    throw new CliError('--subresource can only be specified for --server-side');
  if (dryRun === 'client' && flags['server-side']) {
    throw new CliError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  checkPrune(flags);
  requireManifests(flags);
}

function checkPrune(flags: ApplyFlags): void {
  const { prune, all, selector, applyset, 'prune-allowlist': allowlist = [] } = flags;
  if (all && selector !== '') throw new CliError('cannot set --all and --selector at the same time');
  if (applyset !== '') {
    if (!prune) throw new CliError('--applyset requires --prune');
    if (all) throw new CliError('--all is incompatible with --applyset');
    if (selector !== '') throw new CliError('--selector is incompatible with --applyset');
    if (allowlist.length > 0) throw new CliError('--prune-allowlist is incompatible with --applyset');
  } else if (prune && !all && selector === '') {
    throw new CliError(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  }
}

const CASCADES = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

/** @throws CliError */
export function cascadeOf(value: string): (typeof CASCADES)[keyof typeof CASCADES] {
  if (Object.hasOwn(CASCADES, value)) return CASCADES[value as keyof typeof CASCADES];
  throw new CliError(`invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`);
}
