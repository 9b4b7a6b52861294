/** What `version` shows. */

export type Version = Readonly<Record<string, string>>;

export interface VersionReport {
  readonly clientVersion: Version;
  readonly serverVersion?: Version;
}

/** The Kubernetes release whose API and kubectl this client follows. */
const KUBERNETES = { major: '1', minor: '36', patch: '3' };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** @param own kctl's version, which follows the `+` as semver's build metadata */
export function clientVersion(own: string): Version {
  const { major, minor, patch } = KUBERNETES;
  return {
    major,
    minor,
    gitVersion: `v${major}.${minor}.${patch}+kctl.${own}`,
    goVersion: `node${process.versions.node}`,
    compiler: 'v8',
    platform: `${process.platform === 'win32' ? 'windows' : process.platform}/${ARCHITECTURES[process.arch] ?? process.arch}`,
  };
}

export function versionText({ clientVersion: client, serverVersion: server }: VersionReport): string {
  const lines = [`Client Version: ${client['gitVersion']}`];
  if (server !== undefined) lines.push(`Server Version: ${server['gitVersion']}`);
  return `${lines.join('\n')}\n`;
}

/** kubectl's warning when client and server are more than one minor version apart; '' when they are not. */
export function skewWarning(client: Version, server: Version): string {
  const minor = (version: Version): number => Number.parseInt(version['minor'] ?? '', 10);
  const apart = Math.abs(minor(client) - minor(server));
  if (client['major'] === server['major'] && !(apart > 1)) return '';
  if (Number.isNaN(apart)) return '';
  const text = ({ major, minor: small }: Version): string => `${major}.${small}`;
  return `WARNING: version difference between client (${text(client)}) and server (${text(server)}) exceeds the supported minor version skew of +/-1\n`;
}
