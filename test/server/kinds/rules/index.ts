import { NETWORK, SINGLE, STORAGE } from './cluster.ts';
import { CORE } from './core.ts';
import { EXTENSIONS } from './extensions.ts';
import type { RuleTable } from './rule.ts';
import { WORKLOADS } from './workloads.ts';

/** By `apiVersion/Kind`. */
export const RULES: Readonly<Record<string, RuleTable>> = {
  ...CORE,
  ...WORKLOADS,
  ...NETWORK,
  ...STORAGE,
  ...SINGLE,
  ...EXTENSIONS,
};
