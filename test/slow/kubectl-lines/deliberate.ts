/** Lines that kctl answers otherwise than kubectl 1.35, and why. */
import type { Told } from '../../helpers/side-by-side.ts';

const ORDER = 'kctl lists keys in order, kubectl in the order of a Go map';
const TOPIC = 'help of a topic goes to stdout and is no failure; its text is our own';
const TEMPLATE_ERROR = 'kubectl prints the whole object and a position';

const AUTOSCALE = 'kubectl then tries autoscaling/v1 and tells only why that is impossible';

export const DELIBERATE: Readonly<Record<string, string>> = {
  'create secret': TOPIC,
  'create service': TOPIC,
  config: TOPIC,
  rollout: TOPIC,
  set: TOPIC,
  top: TOPIC,
  'autoscale deploy web --max=5 --name=h1 --cpu=80': AUTOSCALE,
  'autoscale deploy web --max=5 --name=h1 --memory=80%': AUTOSCALE,
  'autoscale deploy web --max=5 --name=H8': AUTOSCALE,
  'label cm settings --list': ORDER,
  'label cm settings extra-9 --list': ORDER,
  'label cm settings a=b --list': ORDER,
  'annotate cm settings --list': ORDER,
  'annotate cm settings b=c --list': ORDER,
  'config get-clusters': ORDER,
  'events -o name': 'kubectl prints nothing',
  'config set clusters.a.foo bar': 'kubectl prints a pointer',
  'get cm --sort-by=.data': 'kubectl ends with a fatal log line',
  'get cm,svc --sort-by=.metadata.name': 'kubectl cannot sort several kinds',
  'apply -f - --prune --applyset=set1': 'kctl has apply sets without KUBECTL_APPLYSET',
  'get deploy web -o go-template={{.spec.replicas.x}}': TEMPLATE_ERROR,
  'get deploy web -o go-template={{/* c */}}{{not true}} {{or "" "x"}} {{1}} {{1.5}} {{1000000}} {{nil | print}}':
    TEMPLATE_ERROR,
};

/** config commands that lack arguments: kubectl prints its whole help, kctl one line. */
const NO_HELP = /^config (set|unset|use|rename|delete)/;

export function isDeliberate({ line, stdout }: Told): boolean {
  const plain = line.replace(/ --kubeconfig \S+$/, '');
  return Object.hasOwn(DELIBERATE, plain) || (NO_HELP.test(plain) && stdout.includes('\nUsage:\n'));
}
