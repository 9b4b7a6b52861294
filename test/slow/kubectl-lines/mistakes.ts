/**
 * Command lines that fail, and fail alike in kubectl and kctl: wrong usage, missing files, bad values, no connection,
 * no credentials, no permission. DIR is the directory of prepareMistakes; `<<<` stands before standard input.
 */

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

const OPENAPI = 'kubectl wants the schema of the server first; kctl has it';
const UNRECOGNIZED =
  'kubectl tells with the file that it could not ask what there is; kctl tells that it could not connect';
const DISCOVERY = 'kctl asks for the object at once, kubectl for what there is';
const WHOLE = 'kctl says it in the sentence that all commands have';
const NO_OBJECT = 'kctl says what the text holds instead of an object';
const NO_HELP = 'kubectl prints its whole help too';

/** Lines that kctl answers otherwise, and why. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  'apply -f DIR/cm.yaml --kubeconfig=DIR/bad': OPENAPI,
  'apply -f DIR/cm.yaml --validate=false --kubeconfig=DIR/bad': UNRECOGNIZED,
  'apply --server-side -f DIR/cm.yaml --validate=ignore --kubeconfig=DIR/bad': UNRECOGNIZED,
  'create -f DIR/cm.yaml --kubeconfig=DIR/bad': OPENAPI,
  'delete -f DIR/cm.yaml --kubeconfig=DIR/bad': UNRECOGNIZED,
  'replace -f DIR/cm.yaml --kubeconfig=DIR/bad': OPENAPI,
  'logs x --kubeconfig=DIR/bad': DISCOVERY,
  'exec x --kubeconfig=DIR/bad -- date': DISCOVERY,
  'port-forward x 1:1 --kubeconfig=DIR/bad': DISCOVERY,
  'attach x --kubeconfig=DIR/bad': DISCOVERY,
  'cluster-info --kubeconfig=DIR/bad': DISCOVERY,
  'api-versions --kubeconfig=DIR/bad': WHOLE,
  'auth can-i get pods --kubeconfig=DIR/bad': WHOLE,
  'diff -f DIR/cm.yaml --kubeconfig=DIR/bad': UNRECOGNIZED,
  'create -f - <<< - a\\n- b': NO_OBJECT,
  'create -f - <<< 5': NO_OBJECT,
  'create -f - <<< hello': NO_OBJECT,
  'apply -f - <<< "x"': NO_OBJECT,
  'scale -f DIR/cm.yaml --replicas=1': 'kubectl asks for the scale before it knows whether there is an object',
  'config set-credentials x --exec-env=a': NO_HELP,
  'config set-credentials x --auth-provider-arg=a': NO_HELP,
  'config set x': NO_HELP,
  'config rename-context a': NO_HELP,
  'get -k DIR': 'kctl builds with the kustomize program, which has words of its own',
  'version --server=http://127.0.0.1:1': 'kctl has a version of its own and no Kustomize inside',
  'api-versions --server=http://127.0.0.1:1': WHOLE,
  'apply -f DIR/cm.yaml --server=http://127.0.0.1:1': OPENAPI,
  'apply --server-side -f DIR/cm.yaml --server=http://127.0.0.1:1': OPENAPI,
  'create -f DIR/cm.yaml --server=http://127.0.0.1:1': OPENAPI,
  'auth can-i get pods --server=http://127.0.0.1:1': WHOLE,
  'diff -f DIR/cm.yaml --server=http://127.0.0.1:1': UNRECOGNIZED,
  'auth can-i get pods --as=nobody': 'kctl says that --as leaves the groups behind',
};

/** Wrong usage. */
export const MISTAKES: readonly string[] = lines(`
annotate cm settings a!=c
annotate
annotate cm x
annotate cm x a
api-resources x
api-resources -o foo
api-resources --sort-by=x
apply -f DIR/empty.yaml
apply -f DIR/broken.yaml
apply -f DIR/nokind.yaml
apply -f DIR/nover.yaml
apply -f DIR/noname.yaml
apply -f DIR/typo.yaml
apply -f DIR/badtype.yaml
apply -f DIR/badtype.yaml --server-side
apply -f DIR/cm.yaml -n other
apply -f - -n other <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x, namespace: third}\\n
apply -f - <<< apiVersion: nope/v1\\nkind: Foo\\nmetadata: {name: x}\\n
apply -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: A_b}\\n
apply -f - --server-side <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: A_b}\\n
apply -f - <<< "x"
apply
apply -f
apply -f DIR/none
apply -f DIR/cm.yaml foo
apply -f - <<< a: b
apply -f - <<< kind: x\\napiVersion: v1
apply -f - <<< 
apply -f - <<< {
apply -f - <<< apiVersion: v1\\nkind: ConfigMap
apply -f DIR/cm.yaml --dry-run=foo
apply -f DIR/cm.yaml --validate=foo
apply -f DIR/cm.yaml --cascade=foo
apply -f DIR/cm.yaml --subresource=status
apply -f DIR/cm.yaml -o wide
apply -f DIR/cm.yaml --server-side --force
attach
attach nope
auth can-i get
auth can-i
auth can-i list /api --subresource=x
auth can-i get pods --list
auth nope
auth can-i get pods x y
auth can-i --list x
auth whoami -o foo
auth reconcile
auth reconcile -f DIR/none
config set-credentials x --token=a --username=b
config set-cluster x --insecure-skip-tls-verify --certificate-authority=/nope
config set-cluster x --certificate-authority=/nope --embed-certs
config set-credentials x --client-certificate=/nope --embed-certs
config set-credentials x --exec-env=a
config set-credentials x --auth-provider-arg=a
config view --minify --context=nope
config view --flatten --minify -o foo
config view -o wide
config get-contexts -o foo
config get-contexts a b
config nope
config use-context nope
config set x
config unset nope
config get-contexts nope
config delete-context nope
config delete-cluster nope
config delete-user nope
config rename-context a
config rename-context a b
create -f DIR/empty.yaml
create -f DIR/broken.yaml
create -f DIR/nokind.yaml
create -f DIR/nover.yaml
create -f DIR/noname.yaml
create -f DIR/typo.yaml
create -f DIR/badtype.yaml
create -f - -n other <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x, namespace: third}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x, namespace: third}\\n
create -f - <<< apiVersion: nope/v1\\nkind: Foo\\nmetadata: {name: x}\\n
create -f - <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: A_b}\\n
create -f - <<< - a\\n- b
create -f - <<< 5
create -f - <<< hello
create cm x --from-file=/nope
create cm x --from-env-file=/nope
create cm x --from-literal=a
create cm x --from-file=a=b=c
create cm x --from-literal=a=b --from-literal=a=c
create secret generic x --type
create secret tls x --cert=/nope --key=/nope
create deployment x --image=a --replicas=x
create deployment x --image=a --port=99999
create service clusterip x --tcp=99999
create service clusterip x --tcp=a:b
create ingress x --rule=foo
create job x --from=deploy/web
create job x --from=cronjob/nope
create role x --verb=get --resource=nope
create rolebinding x --clusterrole=view --serviceaccount=a
create quota x --hard=cpu=x
create quota x --hard=cpu=1 --scopes=Nope
create pdb x --selector=a=b --min-available=1 --max-unavailable=1
create pdb x --selector=a=b
create priorityclass x --value=99999999999
create token nope
create token default --duration=1ms
create token default --bound-object-kind=Foo --bound-object-name=x
create namespace A_b
create ns default
create
create foo
create cm
create cm a b
create ns
create deployment x
create secret generic
create secret tls x
create secret docker-registry x
create role x
create role x --verb=get
create rolebinding x
create rolebinding x --role=a --clusterrole=b
create clusterrole x
create quota
create quota x --hard=foo
create service clusterip x
create service nodeport x --tcp=foo
create ingress x
create job x
create job x --image=a --from=b
create cronjob x --image=a
create pdb x
create pc x --value=foo
create sa
create token
create token x --duration=-1s
delete -f DIR/nokind.yaml
delete -f DIR/noname.yaml
delete -f - -n other <<< apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x, namespace: third}\\n
delete -f - <<< apiVersion: nope/v1\\nkind: Foo\\nmetadata: {name: x}\\n
delete ns nope
delete ns default
delete cm settings -n nope
delete cm settings --field-selector=x
delete all
delete cm,svc
delete cm settings extra-9 --dry-run=x
delete cm/settings svc
delete
delete pods
delete pods --all -l a=b
delete pods x --all
delete cm x --grace-period=0
delete cm x --grace-period=-5
delete cm x --cascade=foo
delete cm x --now --grace-period=1
delete cm x --force --dry-run=foo
delete cm nope
delete -f DIR/none
delete nope/x
describe
describe nope
describe cm nope
describe pods,cm x
describe -f DIR/none
diff -f DIR/badtype.yaml
diff -f DIR/typo.yaml
diff -f DIR/broken.yaml
diff
diff -f DIR/none
diff x
edit
events --for=nope
events --for=nope/x
events --for=x
events --types=x
exec
exec x
exec x y
exec nope -- date
explain pods.spec.nope
explain nope.spec
explain
explain pods spec
explain nope
explain pods.nope
explain pods --output=foo
explain pods --api-version=foo
get -f - <<< apiVersion: nope/v1\\nkind: Foo\\nmetadata: {name: x}\\n
get cm/settings svc/
get cm -l a=b=c
get cm -l a in b
get cm -l =a
get pods --field-selector=spec.foo=bar
get cm -o=yaml=x
get cm -o custom-columns=A:{.x
get cm -o go-template={{
get cm -o go-template-file=/nope
get cm --label-columns
get nope/x
get pods --raw=/api -o json
get
get pods --nope
get pods --nam=x
get pods -Z
get pods -o
get pods --chunk-size=x
get pods --watch=x
get pods -n
get pod/a b
get a/b/c
get pods,/x
get nope
get nope x
get pods.nope
get pods x --all-namespaces
get pods -l a=b x
get pods -l a==b=c
get pods --field-selector=a
get -f DIR/cm.yaml -f DIR/cm.yaml x
get -f DIR/none.yaml
get -f DIR/cm.yaml -k DIR
get -k DIR
get pods -o foo
get pods -o jsonpath
get pods -o jsonpath={.a
get pods -o custom-columns=a
get cm one --subresource=x
get cm --profile=foo
get cm settings --vmodule=a -o name
get cm settings --log-flush-frequency=1 -o name
label cm settings app=x
label cm settings a!b=c
label cm settings a=b!
label cm settings -- -a
label
label cm
label cm x
label cm x a
label cm x a=b a-
label cm x a=b=c
label cm x =b
label cm --all -l a=b c=d
logs
logs a b c
logs nope
logs nope --since=1s --since-time=x
logs nope --tail=x
logs nope --tail=-5
logs -l a=b nope
nope
patch cm settings -p [{"op":"nope"}] --type=json
patch cm settings -p {"data":5}
patch cm settings -p {"a" --type=merge
patch deploy web -p {"spec":{"replicas":"x"}}
patch cm settings --patch-file=/nope
patch cm settings -p {} --subresource=status
patch -f DIR/cm.yaml x -p {}
patch
patch cm x
patch cm x -p
patch cm x -p {
patch cm nope -p {}
patch cm x -p {} --type=foo
patch cm x -p {} --patch-file=x
port-forward
port-forward x
port-forward nope 1:2
port-forward nope a:b
proxy --port=x
replace -f DIR/noname.yaml
replace -f DIR/badtype.yaml
replace
replace -f DIR/none
replace -f DIR/cm.yaml --grace-period=1
rollout undo deploy/web --to-revision=9
rollout undo cm/settings
rollout status deploy/nope
rollout restart deploy/nope
rollout resume deploy/web
rollout pause deploy/nope
rollout nope
rollout status
rollout status cm
rollout status cm/x
rollout history
rollout undo
rollout pause
rollout restart
rollout undo deploy/web --to-revision=-1
rollout history deploy/web --revision=-1
rollout pause cm/one
rollout restart cm/one
scale deploy/web --replicas=1 --current-replicas=9
scale deploy/web --replicas=1 --resource-version=9
scale cm/settings --replicas=1
scale -f DIR/cm.yaml --replicas=1
scale
scale deploy x
scale deploy x --replicas=-1
scale deploy x --replicas=a
scale --replicas=1
set image deploy/web nope=x
set image deploy/web web=
set image cm/settings a=b
set image -f DIR/cm.yaml a=b
set image
set image deploy/web
set image deploy/web a
version x
version -o foo
version --client=x
wait --for=condition=x
wait cm/settings --for=jsonpath={.x
wait
wait pods
wait pods --for=x
wait pods x --for=condition
`);

/** No connection, no credentials, no permission. */
export const REFUSALS: readonly string[] = lines(`
get cm --kubeconfig=DIR/bad
get cm settings --kubeconfig=DIR/bad -o yaml
get --raw /api --kubeconfig=DIR/bad
describe cm x --kubeconfig=DIR/bad
apply -f DIR/cm.yaml --kubeconfig=DIR/bad
apply -f DIR/cm.yaml --validate=false --kubeconfig=DIR/bad
apply --server-side -f DIR/cm.yaml --validate=ignore --kubeconfig=DIR/bad
create -f DIR/cm.yaml --kubeconfig=DIR/bad
create ns x --kubeconfig=DIR/bad
create cm x --dry-run=server --kubeconfig=DIR/bad
delete cm x --kubeconfig=DIR/bad
delete -f DIR/cm.yaml --kubeconfig=DIR/bad
replace -f DIR/cm.yaml --kubeconfig=DIR/bad
patch cm x -p {} --kubeconfig=DIR/bad
label cm x a=b --kubeconfig=DIR/bad
annotate cm x a=b --kubeconfig=DIR/bad
scale deploy web --replicas=1 --kubeconfig=DIR/bad
rollout status deploy/web --kubeconfig=DIR/bad
rollout history deploy/web --kubeconfig=DIR/bad
rollout restart deploy/web --kubeconfig=DIR/bad
logs x --kubeconfig=DIR/bad
exec x --kubeconfig=DIR/bad -- date
port-forward x 1:1 --kubeconfig=DIR/bad
attach x --kubeconfig=DIR/bad
events --kubeconfig=DIR/bad
wait cm x --for=delete --kubeconfig=DIR/bad
explain pods --kubeconfig=DIR/bad
api-resources --kubeconfig=DIR/bad
api-versions --kubeconfig=DIR/bad
cluster-info --kubeconfig=DIR/bad
auth can-i get pods --kubeconfig=DIR/bad
auth can-i --list --kubeconfig=DIR/bad
auth whoami --kubeconfig=DIR/bad
diff -f DIR/cm.yaml --kubeconfig=DIR/bad
set image deploy/web a=b --kubeconfig=DIR/bad
create token default --kubeconfig=DIR/bad
get cm one --as=a --as-user-extra=x
get cm one --as=a --as-user-extra==x
get cm one --as-user-extra=a=b
get cm one --as-group=x
get cm one --as=a --as-user-extra=a=b --as-user-extra=a=c
auth whoami --username=a --password=b --token=x
get cm --token=x --user=none
get cm --request-timeout=x
get cm --request-timeout=-1
get cm --context=x
get cm --cluster=x
get cm --user=x
get cm --kubeconfig=/nope
get cm --kubeconfig=DIR
get cm --server=http://127.0.0.1:1
get cm --server=https://127.0.0.1:1
get cm --certificate-authority=/nope
get cm --client-certificate=/nope
get cm --client-key=/nope
get cm --insecure-skip-tls-verify --certificate-authority=SHOP
get cm --insecure-skip-tls-verify=x
get cm --tls-server-name=foo
get cm --as-uid=x
version --server=http://127.0.0.1:1
api-versions --server=http://127.0.0.1:1
api-resources --server=http://127.0.0.1:1
apply -f DIR/cm.yaml --server=http://127.0.0.1:1
apply --server-side -f DIR/cm.yaml --server=http://127.0.0.1:1
create -f DIR/cm.yaml --server=http://127.0.0.1:1
create ns x --server=http://127.0.0.1:1
delete cm x --server=http://127.0.0.1:1
describe cm x --server=http://127.0.0.1:1
explain pods --server=http://127.0.0.1:1
logs x --server=http://127.0.0.1:1
exec x --server=http://127.0.0.1:1 -- date
cluster-info --server=http://127.0.0.1:1
auth can-i get pods --server=http://127.0.0.1:1
auth whoami --server=http://127.0.0.1:1
diff -f DIR/cm.yaml --server=http://127.0.0.1:1
wait pod x --for=delete --server=http://127.0.0.1:1
events --server=http://127.0.0.1:1
get --raw /version --server=http://127.0.0.1:1
rollout status deploy/web --server=http://127.0.0.1:1
scale deploy web --replicas=1 --server=http://127.0.0.1:1
label cm settings a=b --server=http://127.0.0.1:1
patch cm settings -p {} --server=http://127.0.0.1:1
port-forward x 1:1 --server=http://127.0.0.1:1
get cm --token=bad --client-certificate= --insecure-skip-tls-verify --server=https://127.0.0.1:1
get cm --as=nobody
get cm settings --as=nobody
create ns x --as=nobody
create -f DIR/cm.yaml --as=nobody
apply -f DIR/cm.yaml --as=nobody
apply --server-side -f DIR/cm.yaml --as=nobody
delete cm settings --as=nobody
describe cm settings --as=nobody
label cm settings x=y --as=nobody
auth can-i get pods --as=nobody
rollout status deploy/web --as=nobody
scale deploy web --replicas=2 --as=nobody
logs x --as=nobody
exec x --as=nobody -- date
events --as=nobody
diff -f DIR/cm.yaml --as=nobody
wait cm settings --for=delete --as=nobody
get pods,cm --as=nobody
get all --as=nobody
create token default --as=nobody
rollout restart deploy/web --as=nobody
rollout undo deploy/web --as=nobody
rollout history deploy/web --as=nobody
cluster-info --as=nobody
patch cm settings -p {} --as=nobody
replace -f DIR/cm.yaml --as=nobody
replace --force -f DIR/cm.yaml --as=nobody
`);
