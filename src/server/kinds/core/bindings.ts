import type { Binding } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { createBinding } from './pods-binding.ts';

/** Never stored: creating one binds the pod of its name, as pods/binding does. */
export const bindings = defineKind<Binding>('', 'v1', 'bindings', { virtual: createBinding });
