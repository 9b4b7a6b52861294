/** What the `certs gen` commands for one certificate share: arguments, the report, its JSON. */
import { BaseCommand } from '../base-command.ts';
import type { FlagSet } from '../flags/flag-kinds.ts';
import type { GenFlags } from './gen-flags.ts';
import type { Generated } from './generate.ts';
import type { Profile } from './profiles.ts';

export abstract class GenCommand extends BaseCommand {
  /** Parses NAME and flags, makes the certificate and tells what it is. */
  protected async generate(profile: Profile, flagSet: FlagSet): Promise<void> {
    const { flags, args } = await this.line(flagSet);
    const [name = '', ...more] = args;
    if (name === '' || more.length > 0) throw this.usageError('you must specify one name');
    const [{ generate }, { profileFields }] = await Promise.all([import('./generate.ts'), import('./profiles.ts')]);
    const groups = (flags['group'] as string[] | undefined) ?? [];
    const hosts = (flags['host'] as string[] | undefined) ?? [];
    const fields = profileFields(profile, { name, groups, hosts });
    const made = await generate(fields, name, flags as unknown as GenFlags, this.terminal.env);
    const client = fields.purposes.includes('client') && profile !== 'front-proxy';
    await this.#announce(made, flags.json, client, fields.hosts ?? []);
  }

  async #announce({ certificate, files, notes }: Generated, json: boolean, client: boolean, hosts: readonly string[]) {
    const { ofCertificate } = await import('../auth/offline-identity.ts');
    const { user, source } = ofCertificate(certificate.cert);
    if (json) return this.out(`${JSON.stringify({ files, ...(client ? { user } : {}), hosts, notes })}\n`);
    for (const note of notes) this.err(`Note: ${note}\n`);
    if (client) {
      this.out(
        `Kubernetes will see: user ${JSON.stringify(user.username)}, groups ${(user.groups ?? []).join(', ')}\n`,
      );
    }
    if (hosts.length > 0) this.out(`Good for: ${hosts.join(', ')}\n`);
    this.out(`By this ${client ? source : source.replace(/^client /, '')}\n`);
    for (const path of files) this.out(`Written: ${path}\n`);
  }
}
