import { NETWORK, SINGLE, STORAGE } from './cluster.ts';
import { CORE } from './core.ts';
import { EXTENSIONS } from './extensions.ts';
import type { RuleTable } from './rule.ts';
import { WORKLOADS } from './workloads.ts';

type Rules = Readonly<Record<string, RuleTable>>;

/** By file, without its ending. */
export const RULE_FILES: Readonly<Record<string, Rules>> = {
  cluster: { ...NETWORK, ...STORAGE, ...SINGLE },
  core: CORE,
  extensions: EXTENSIONS,
  workloads: WORKLOADS,
};

/** By `apiVersion/Kind`. */
export const RULES: Rules = Object.assign({}, ...Object.values(RULE_FILES));
