import { type KubeObject, setOwn } from '../../api/object.ts';

/** Gives an object the content of another one. It stays the same object: the registry holds it. */
export function replaceContent(object: KubeObject, content: KubeObject): void {
  for (const field of Object.keys(object)) delete object[field];
  for (const field of Object.keys(content)) setOwn(object, field, content[field]);
}
