import type { ControllerRevision } from '../../../api/types/apps-v1.ts';
import { defineKind } from '../define.ts';

export const controllerrevisions = defineKind<ControllerRevision>('apps', 'v1', 'controllerrevisions');
