/** A policy graph in the languages of Mermaid and Graphviz. */
import type { BindingEdge, PolicyGraph, RoleNode } from './graph.ts';
import { objectWord, rulesWords } from './words.ts';

export interface GraphText {
  /** Whether roles show their rules. */
  readonly rules: boolean;
}

const MAX_RULES = 8;

export function mermaidText({ subjects, roles, edges }: PolicyGraph, { rules }: GraphText): string {
  const lines = [
    'flowchart LR',
    ...subjects.map(({ id, subject }) => `  ${id}(["${entities(subject)}"])`),
    ...roles.map((role) => `  ${role.id}["${roleLines(role, rules).map(entities).join('<br/>')}"]`),
    ...edges.map((edge) => `  ${edge.from} -->|"${entities(edgeLabel(edge))}"| ${edge.to}`),
    ...roles.filter(({ exists }) => !exists).map(({ id }) => `  style ${id} stroke-dasharray: 5 5`),
  ];
  return `${lines.join('\n')}\n`;
}

export function dotText({ subjects, roles, edges }: PolicyGraph, { rules }: GraphText): string {
  const lines = [
    'digraph rbac {',
    '  rankdir=LR;',
    ...subjects.map(({ id, subject }) => `  ${id} [label=${dotQuoted([subject])}, shape=ellipse];`),
    ...roles.map((role) => {
      const style = role.exists ? '' : ', style=dashed';
      return `  ${role.id} [label=${dotQuoted(roleLines(role, rules))}, shape=box${style}];`;
    }),
    ...edges.map((edge) => `  ${edge.from} -> ${edge.to} [label=${dotQuoted([edgeLabel(edge)])}];`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function roleLines({ role, exists, rules }: RoleNode, withRules: boolean): string[] {
  const head = `${objectWord(role)}${role.namespace === undefined ? '' : ` (${role.namespace})`}${exists ? '' : ' is missing'}`;
  if (!withRules) return [head];
  const all = rulesWords(rules).map(({ verbs, resources }) => `${verbs}: ${resources}`);
  return [head, ...all.slice(0, MAX_RULES), ...(all.length > MAX_RULES ? [`and ${all.length - MAX_RULES} more`] : [])];
}

function edgeLabel({ binding }: BindingEdge): string {
  return `${objectWord(binding)}${binding.namespace === undefined ? '' : ` (${binding.namespace})`}`;
}

/** Names may hold anything but / and %. */
function entities(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('&', '#amp;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replaceAll('`', '#96;')
    .replaceAll('\\', '#92;')
    .replaceAll(/\s+/g, ' ');
}

function dotQuoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll(/\s+/g, ' '));
  return `"${escaped.join('\\n')}"`;
}
