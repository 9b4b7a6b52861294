import CreateToken from '../create/token.ts';

// Without its static texts, which this page has anew.
const Base: new (...args: ConstructorParameters<typeof CreateToken>) => CreateToken = CreateToken;

/** `create token` under the roof of the other token commands. */
export default class TokenCreate extends Base {
  static readonly summary = 'Ask for a token of a service account (the same as create token).';
  static readonly usage = 'token create SERVICE_ACCOUNT [--duration=1h] [--audience=NAME] [flags]';
  static readonly examples = [
    '<%= config.bin %> token create robot --duration=10m',
    '# What is in it?\n<%= config.bin %> token create robot | <%= config.bin %> token inspect -',
  ];
  static readonly flagSet = CreateToken.flagSet;
}
