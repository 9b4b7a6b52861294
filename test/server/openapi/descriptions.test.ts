import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collectDescriptions, generateDescriptions } from '../../../scripts/generate-descriptions.ts';
import { NO_DESCRIPTIONS, parseDescriptions } from '../../../src/server/openapi/descriptions.ts';

const home = mkdtempSync(join(tmpdir(), 'descriptions-'));
afterAll(() => rmSync(home, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), text);
}

write(
  'client/dist/gen/models/V1LeaseSpec.d.ts',
  `/**
* LeaseSpec isn\\'t long.  It has two lines.
*/
export declare class V1LeaseSpec {
    /**
    * MicroTime is version of Time with microsecond level precision.
    */
    'acquireTime'?: V1MicroTime;
    /**
    * holder  with two blanks
    */
    'holderIdentity'?: string;
    /**
    * new words
    */
    'strategy'?: string;
`,
);
write(
  'client/dist/gen/apis/CoreV1Api.d.ts',
  `export declare class CoreV1ApiRequestFactory {
    /**
     * list or watch objects of kind Pod
     * @param namespace object name and auth scope
     * @param pretty If \\&#39;true\\&#39;, indent.
     * @param _continue go on
     */
    listNamespacedPod(namespace: string): Promise<RequestContext>;
    /**
     * connect GET requests to exec of Pod
     * @param name name of the PodExecOptions
     * @param command what &lt;to&gt; run
     */
    connectGetNamespacedPodExec(name: string): Promise<RequestContext>;
`,
);
write(
  'older/coordination/v1.d.ts',
  `/**
 * LeaseSpec isn't long. It has two lines.
 */
export interface LeaseSpec {
    /** when it was acquired */
    acquireTime?: MicroTime;
    /**
     * holder
     * with two blanks
     */
    holderIdentity?: string;
    /** old words */
    readonly strategy?: string;
}
`,
);

const clientNode = join(home, 'client');
const lease = 'io.k8s.api.coordination.v1.LeaseSpec';

describe('collectDescriptions', () => {
  it('reads the JSDoc of client-node', () => {
    const { types, parameters } = collectDescriptions({ clientNode });
    expect(types[lease]).toEqual({
      text: "LeaseSpec isn't long.\n\nIt has two lines.",
      fields: { holderIdentity: 'holder  with two blanks', strategy: 'new words' },
    });
    expect(parameters).toEqual({
      namespace: 'object name and auth scope',
      pretty: "If 'true', indent.",
      continue: 'go on',
      'PodExecOptions.command': 'what <to> run',
    });
  });

  it('takes lost texts and lost lines from kubernetes-types, but not its old words', () => {
    const { types } = collectDescriptions({ clientNode, kubernetesTypes: join(home, 'older') });
    expect(types[lease]).toEqual({
      text: "LeaseSpec isn't long. It has two lines.",
      fields: { acquireTime: 'when it was acquired', holderIdentity: 'holder\nwith two blanks', strategy: 'new words' },
    });
  });

  it('finds nearly every type in the installed package', () => {
    const { types } = collectDescriptions({
      clientNode: join(import.meta.dirname, '../../../node_modules/@kubernetes/client-node'),
    });
    const silent = Object.keys(types).filter((name) => types[name]?.text === '');
    expect(silent.length).toBeLessThan(15);
    expect(types['io.k8s.api.core.v1.Event']?.fields.reason).toContain("object's");
    expect(types['io.k8s.api.autoscaling.v2.MetricSpec']?.fields.type).toBeTypeOf('string');
  });
});

describe('the file', () => {
  it('is read back', () => {
    const file = join(home, 'out/descriptions.json.br');
    generateDescriptions(file, { clientNode });
    expect(parseDescriptions(readFileSync(file)).types[lease]?.fields.strategy).toBe('new words');
  });
  it('may be missing', () => {
    expect(parseDescriptions(undefined)).toBe(NO_DESCRIPTIONS);
  });
});
