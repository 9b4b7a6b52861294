/** `create --edit`: manifests go through the editor before they are created. */
import { CliError } from '../errors.ts';
import type { Terminal } from '../io.ts';
import type { Manifest } from '../manifests/read-manifests.ts';
import { editedObjects, editorText, rejectedNote } from './edited-text.ts';
import { editText, keptCopy } from './editor.ts';

export interface EditOnCreateOptions {
  readonly json: boolean;
  readonly windows: boolean;
  readonly terminal: Pick<Terminal, 'stderr' | 'env'>;
}

/** None when nothing was changed, which is told. @throws CliError when the text cannot be read and is left so */
export async function editedManifests(
  manifests: readonly Manifest[],
  { json, windows, terminal: { stderr, env } }: EditOnCreateOptions,
): Promise<Manifest[]> {
  const objects = manifests.map(({ object }) => object);
  const original = editorText(objects, '', json);
  const tell = (line: string): Manifest[] => {
    stderr.write(`${line}\n`);
    return [];
  };
  for (let text = original; ; ) {
    const edited = await editText(text, { extension: json ? 'json' : 'yaml', windows, env });
    if (edited === original) return tell('Edit cancelled, no changes made.');
    const read = editedObjects(edited);
    if (read?.length === 0) return tell('Edit cancelled, saved file was empty.');
    if (read !== undefined) return read.map((object) => ({ object, source: 'edited-file' }));
    if (edited === text) {
      stderr.write(`A copy of your changes has been stored to ${JSON.stringify(await keptCopy(edited))}\n`);
      throw new CliError('Edit cancelled, no valid changes were saved.');
    }
    text = editorText(
      objects,
      rejectedNote(new CliError('The edited file failed validation: it is no YAML')),
      json,
      edited,
    );
  }
}
