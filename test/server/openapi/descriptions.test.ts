import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collectDescriptions, generateDescriptions, installedSources } from '../../../scripts/generate-descriptions.ts';
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
  'models/coordination.k8s.io/v1/LeaseSpec.d.ts',
  `import { IIoK8sApimachineryPkgApisMetaV1MicroTime } from "@kubernetes-models/apimachinery/apis/meta/v1/MicroTime";
/**
 * LeaseSpec isn't long. It has two lines.
 */
export interface ILeaseSpec {
    /**
     * when it was acquired
     *
     * Possible values:
     *  - \`"a\\b"\`
     */
    "acquireTime"?: IIoK8sApimachineryPkgApisMetaV1MicroTime;
    /**
     * holder of '\\*\\/scale'
     */
    "holderIdentity"?: string;
}
/**
 * The class.
 */
export declare class LeaseSpec extends Model<ILeaseSpec> implements ILeaseSpec {
    "acquireTime"?: string;
}
export type { ILeaseSpec as IIoK8sApiCoordinationV1LeaseSpec, LeaseSpec as IoK8sApiCoordinationV1LeaseSpec };
`,
);

const clientNode = join(home, 'client');
const lease = 'io.k8s.api.coordination.v1.LeaseSpec';

describe('collectDescriptions', () => {
  it('reads the JSDoc of client-node', () => {
    const { types, parameters } = collectDescriptions({ clientNode, models: [] });
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

  it('prefers kubernetes-models, which has all texts in their lines', () => {
    const { types } = collectDescriptions({ clientNode, models: [join(home, 'models')] });
    expect(types[lease]).toEqual({
      text: "LeaseSpec isn't long. It has two lines.",
      fields: {
        acquireTime: 'when it was acquired\n\nPossible values:\n - `"a\\b"`',
        holderIdentity: "holder of '*/scale'",
        strategy: 'new words',
      },
    });
  });

  it('finds nearly every type and field in the installed packages', () => {
    const { types } = collectDescriptions(installedSources());
    const silent = Object.keys(types).filter((name) => types[name]?.text === '');
    expect(silent).toEqual(['io.k8s.apimachinery.pkg.api.resource.Quantity']);
    expect(types['io.k8s.api.core.v1.Event']?.fields.reason).toContain("object's");
    expect(types['io.k8s.api.core.v1.Pod']?.fields.spec).toContain('desired behavior of the pod');
    expect(types['io.k8s.api.core.v1.PodSpec']?.fields.restartPolicy).toContain(
      'Possible enum values:\n - `"Always"`\n',
    );
  });
});

describe('the file', () => {
  it('is read back', () => {
    const file = join(home, 'out/descriptions.json.br');
    generateDescriptions(file, { clientNode, models: [] });
    expect(parseDescriptions(readFileSync(file)).types[lease]?.fields.strategy).toBe('new words');
  });
  it('may be missing', () => {
    expect(parseDescriptions(undefined)).toBe(NO_DESCRIPTIONS);
  });
});
