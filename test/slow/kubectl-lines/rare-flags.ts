/** Lines with flags that are rarely wanted, which kubectl and kctl answer alike. */
import { type Step, words } from '../../helpers/side-by-side.ts';

const edited = (line: string, editor: string): Step => ({ args: words(line), env: { EDITOR: editor } });

const STATUS = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
status: {replicas: 3, updatedReplicas: 3, observedGeneration: 1}
`;

/** Each sequence runs in a namespace of its own. */
export const RARE_CHANGES: Readonly<Record<string, readonly Step[]>> = {
  'create-edit': [
    edited('create --edit -f DIR/cm.yaml', 'true'),
    words('get cm -o name'),
    edited('create --edit -f DIR/cm.yaml', 'sed -i s/data:/dota:/'),
    edited('create --edit -f DIR/cm.yaml', 'sed -i s/a:.b$/a:\\ c/'),
    words('get cm one -o jsonpath={.data}'),
    edited('create --edit -f DIR/cm.yaml', 'sed -i s/a:.b$/a:\\ d/'),
    edited('create --edit --save-config -f DIR/cm.yaml', 'sed -i s/one$/three/'),
    words('get cm three -o jsonpath={.metadata.annotations}'),
    edited('create --edit -f DIR/cm.yaml -o json', 'sed -i s/one/four/'),
    edited('create --edit -f DIR/cm.yaml -o name', 'sed -i s/one$/five/'),
    edited('create --edit -f DIR/cm.yaml', 'nope-no-such-editor'),
    words('create --edit -f DIR/none.yaml'),
  ],
  edit: [
    words('create -f DIR/cm.yaml'),
    edited('edit cm one --save-config', 'sed -i s/a:.b$/a:\\ c/'),
    ['get', 'cm', 'one', '-o', 'go-template={{.data}} {{len .metadata.annotations}}'],
    edited('edit cm one --windows-line-endings', 'sed -i "s/ c\\r$/ d\\r/"'),
    words('get cm one -o jsonpath={.data}'),
    edited('edit cm one --windows-line-endings', 'true'),
    edited('edit cm one -o name', 'true'),
    edited('edit cm one -o kyaml', 'true'),
    edited('edit cm one', 'nope-no-such-editor'),
    edited('edit cm one', 'false'),
  ],
  'apply-subresource': [
    words('apply -f SHOP'),
    { args: words('apply -f - --server-side --subresource=status --field-manager=m'), input: STATUS },
    words('get deploy web -o jsonpath={.status}'),
    { args: words('apply -f - --server-side --subresource=status --field-manager=n'), input: STATUS.replace('3', '4') },
    { args: words('apply -f - --server-side --subresource=nope'), input: STATUS },
    { args: words('apply -f - --subresource=status'), input: STATUS },
    { args: words('apply -f - --server-side --subresource=status'), input: STATUS.replace('web', 'nope') },
  ],
};

/** They change nothing, so that both can look at the same objects. */
export const RARE_SHOWS: readonly Step[] = [
  words('diff --prune -f DIR/cm.yaml -l app=shop'),
  words('diff --prune -f DIR/cm.yaml -l app=none'),
  words('diff --prune --prune-allowlist=core/v1/ConfigMap --prune-allowlist=core/v1/Secret -f DIR/cm.yaml -l app=shop'),
  words('diff --prune --prune-allowlist=core/v1/Nope -f DIR/cm.yaml'),
  words('diff --prune --prune-allowlist=core -f DIR/cm.yaml'),
  words('diff --prune-allowlist=core/v1/Nope -f SHOP'),
  words('exec -f SHOP -- date'),
  words('exec -f DIR/cm.yaml -- date'),
  words('exec -f DIR/none -- date'),
  words('exec x -f DIR/cm.yaml -- date'),
  words('exec x -f DIR/cm.yaml'),
  words('exec -f DIR/cm.yaml'),
  words('config view --merge=false'),
  words('config view --merge=false --kubeconfig=DIR/kubeconfig'),
  words('config view --merge --kubeconfig=DIR/kubeconfig'),
  words('config view --merge=false --kubeconfig=/nope'),
  words('config view --merge --kubeconfig=/nope'),
  words('auth whoami -o json'),
  words('auth whoami -o yaml'),
  words('auth whoami -o kyaml'),
  words('auth whoami -o name'),
  words('auth whoami -o wide'),
  words('auth whoami -o jsonpath={.status.userInfo.groups}'),
  words('auth whoami -o jsonpath'),
  words('auth whoami -o go-template --template={{.kind}}'),
  words('auth whoami --template={{.kind}}'),
  words('auth whoami --as=a --as-user-extra=scopes=b --as-user-extra=scopes=c --as-user-extra=x.y/z=d,e'),
  words('auth whoami --as=a --as-user-extra=b'),
  words('auth whoami --as-user-extra=a=b'),
  words('auth whoami --username=a --password=b'),
  words('auth whoami --username=a --token=b'),
  words('api-resources -o kyaml --api-group=apps'),
  words('api-resources -o json --show-managed-fields --api-group=batch'),
  words('get cm settings --profile=none -o name'),
  words('get cm settings --profile=nope'),
  words('get cm settings --vmodule=a=1,b=2 -o name'),
  words('get cm settings --vmodule=a'),
  words('get cm settings --log-flush-frequency=2m -o name'),
  words('get cm settings --log-flush-frequency=2'),
  words('get ev'),
  words('get cm,ev -o name'),
  words('get ev/x'),
  words('get ev.events.k8s.io'),
  words('describe ev'),
  words('delete ev x'),
  words('label ev x a=b'),
  words('wait ev x --for=delete'),
  words('patch ev x -p {}'),
  words('auth can-i get ev'),
];

/** On a deployment whose replica sets keep two revisions. */
export const HISTORIES: readonly Step[] = [
  words('rollout history deploy/kept'),
  words('rollout history deploy/kept -o yaml'),
  words('rollout history deploy/kept -o json --revision=2'),
  words('rollout history deploy/kept -o name'),
  words('rollout history deploy/kept -o jsonpath={.metadata.name} --revision=1'),
  words('rollout history deploy/kept -o go-template={{.kind}}'),
  words('rollout history deploy/kept -o yaml --revision=1 --show-managed-fields'),
  words('rollout history deploy/kept -o yaml --revision=3'),
  words('rollout history deploy/kept -o wide'),
  words('rollout history cm/settings -o yaml'),
];
