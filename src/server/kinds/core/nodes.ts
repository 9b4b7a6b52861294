import type { Node } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const nodes = defineKind<Node>('', 'v1', 'nodes');
