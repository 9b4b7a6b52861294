import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { ingressOf } from '../../cli/create/ingress.ts';
import { text, texts } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  class: text({ summary: 'Ingress class that is to serve it.', default: '' }),
  rule: texts({ summary: 'HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; a * behind the path makes it a prefix.' }),
  annotation: texts({ summary: 'KEY=VALUE; may be repeated.' }),
  'default-backend': text({ summary: 'SERVICE:PORT for everything that no rule takes.', default: '' }),
};

export default class CreateIngress extends GeneratorCommand {
  static readonly summary = 'Create an ingress from rules.';
  static readonly usage = 'create ingress NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]] [flags]';
  static readonly examples = [
    '# One path\n<%= config.bin %> create ingress shop --rule="shop.example.com/cart=cart:8080"',
    '# Everything below a path, with TLS\n<%= config.bin %> create ingress shop --class=nginx --rule="shop.example.com/*=web:http,tls=shop-cert"',
    '# Whatever is asked for\n<%= config.bin %> create ingress all --default-backend=web:80',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create ingress: ',
      build: (flags, { name }) =>
        ingressOf({
          name,
          className: flags.class,
          rules: flags.rule ?? [],
          annotations: flags.annotation ?? [],
          defaultBackend: flags['default-backend'],
        }),
    });
  }
}
