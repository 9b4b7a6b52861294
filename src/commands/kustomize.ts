import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { bool, type FlagSet, list, text } from '../cli/flags/flag-kinds.ts';
import { kustomizeBuild } from '../cli/manifests/kustomize.ts';

const KUSTOMIZE_FLAGS = {
  'as-current-user': bool({ summary: 'Run functions in containers as the present user.' }),
  'enable-alpha-plugins': bool({ summary: 'Allow plugins of kustomize.' }),
  'enable-helm': bool({ summary: 'Allow Helm charts.' }),
  env: list({ char: 'e', summary: 'Environment variable for functions; may be repeated.' }),
  'helm-api-versions': list({ summary: 'Versions that Helm is told the cluster has; may be repeated.' }),
  'helm-command': text({ summary: 'Program for Helm charts.', default: 'helm' }),
  'helm-debug': bool({ summary: 'Have Helm say more.' }),
  'helm-kube-version': text({ summary: 'Version that Helm is told Kubernetes has.', default: '' }),
  'load-restrictor': text({
    summary: 'LoadRestrictionsNone allows files outside of the directory.',
    default: 'LoadRestrictionsRootOnly',
  }),
  mount: list({ summary: 'Storage for functions; may be repeated.' }),
  network: bool({ summary: 'Let functions that say so use the network.' }),
  'network-name': text({ summary: 'Docker network of functions.', default: 'bridge' }),
  output: text({ char: 'o', summary: 'Write to this file or directory.', default: '' }),
};

export default class Kustomize extends BaseCommand {
  static readonly summary = 'Build what a kustomization.yaml describes.';
  static readonly description = 'By the program kustomize or, without it, kubectl; one of them must be installed.';
  static readonly usage = 'kustomize [DIRECTORY | URL] [flags]';
  static readonly examples = [
    '<%= config.bin %> kustomize overlays/production',
    '# Look at what would change\n<%= config.bin %> kustomize overlays/production | <%= config.bin %> diff -f -',
  ];
  static readonly flagSet = KUSTOMIZE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(KUSTOMIZE_FLAGS);
    if (args.length > 1) throw new CliError('specify one path to kustomization.yaml');
    const words = passedOn(KUSTOMIZE_FLAGS, flags, given);
    this.out(await kustomizeBuild(args[0] ?? '.', words, { ...this.terminal.env }));
  }
}

/** The flags that were given, as words. */
function passedOn(
  definitions: FlagSet,
  flags: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): string[] {
  return Object.keys(definitions)
    .filter((name) => given.has(name))
    .flatMap((name) => [flags[name]].flat().map((value) => `--${name}=${String(value)}`));
}
