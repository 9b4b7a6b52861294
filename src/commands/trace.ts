import { BaseCommand } from '../cli/base-command.ts';
import { GLOBAL_FLAGS } from '../cli/flags/global-flags.ts';
import { styleOf, TRACE_FLAGS } from '../cli/trace/trace-flags.ts';

export default class TraceCommand extends BaseCommand {
  static readonly summary = 'Run a command and show what client and server did and decided.';
  static readonly description =
    "The flags of trace stand before the command, those of the command behind it. As text, the trace comes below the command's own output, on stderr; in other forms it is the output, and that of the command goes to stderr. The same with --trace on any command.";
  static readonly usage = 'trace [-o text|json|mermaid|html] [--teach] COMMAND…';
  static readonly examples = [
    '<%= config.bin %> trace get pods',
    '# What is each station for?\n<%= config.bin %> trace --teach create configmap x --from-literal=a=b',
    '# A page to send around\n<%= config.bin %> trace -o html apply -f app.yaml > trace.html',
    '# A sequence diagram for a README\n<%= config.bin %> trace -o mermaid get deployment web',
    '# Keep it, look at it later\n<%= config.bin %> trace -o json get pods > trace.json\n<%= config.bin %> trace replay trace.json',
  ];
  static readonly flagSet = TRACE_FLAGS;

  protected async run(): Promise<void> {
    const { own, command } = splitLine(this.argv);
    const { flags } = await this.line(TRACE_FLAGS, own);
    if (command.length === 0) throw this.usageError('you must specify a command');
    const [word] = command.filter((token) => !token.startsWith('-'));
    if (word === 'trace') throw this.usageError('a trace of a trace would show nothing more');
    const style = styleOf(flags);
    const { stdout, stderr } = this.terminal;
    const terminal = {
      ...this.terminal,
      stdout: style.format === 'text' ? stdout : stderr,
      tracing: { ...style, output: style.format === 'text' ? stderr : stdout },
    };
    await this.terminal.run?.(command, terminal);
  }
}

/** Before the first word that is no flag and no flag's value: ours. Global flags go on to the command. */
function splitLine(argv: readonly string[]): { own: string[]; command: string[] } {
  const own: string[] = [];
  const passed: string[] = [];
  let at = 0;
  while (at < argv.length && (argv[at] as string).startsWith('-')) {
    const token = argv[at] as string;
    const name = token.replace(/^--?/, '').split('=')[0] as string;
    const mine = ['o', 'output', 'teach', 'json', 'h', 'help'].includes(name) || /^-o./.test(token);
    const words = takesNext(token, name) ? argv.slice(at, at + 2) : [token];
    (mine ? own : passed).push(...words);
    at += words.length;
  }
  // No command has such a flag: who writes it behind one means ours.
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const behind = argv.slice(at).filter((token, i) => token === '--teach' && at + i < end);
  own.push(...behind);
  const command = argv.slice(at).filter((token, i) => token !== '--teach' || at + i >= end);
  return { own, command: command.length === 0 ? [] : [...passed, ...command] };
}

function takesNext(token: string, name: string): boolean {
  if (token.includes('=') || /^-[a-z]./.test(token)) return false;
  const known: Readonly<Record<string, { type: string; char?: string; noOptDefault?: string }>> = {
    ...GLOBAL_FLAGS,
    ...TRACE_FLAGS,
  };
  const flag = Object.hasOwn(known, name) ? known[name] : Object.values(known).find(({ char }) => char === name);
  return flag?.type === 'option' && flag.noOptDefault === undefined;
}
