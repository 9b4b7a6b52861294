/** Command lines that kubectl and kctl answer alike: debug. OWN stands for the namespace. */
import { type Step, words } from '../../helpers/side-by-side.ts';

export const DEBUGGED = `apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {note: x}}
spec:
  securityContext: {runAsUser: 1000, fsGroup: 5}
  initContainers: [{name: init, image: i}]
  containers:
  - {name: app, image: app:1, args: [x], livenessProbe: {tcpSocket: {port: 1}}, readinessProbe: {tcpSocket: {port: 1}}, startupProbe: {tcpSocket: {port: 1}}, securityContext: {runAsUser: 7}}
  - {name: side, image: side:1}
---
apiVersion: v1
kind: Node
metadata: {name: OWN-1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}
`;

export const DEBUGS: Readonly<Record<string, readonly Step[]>> = {
  'debug profiles': [
    { args: words('apply -f -'), input: DEBUGGED },
    words('debug web --image=busybox -c e-legacy --profile=legacy'),
    words('debug web --image=busybox -c k-legacy --copy-to=copy-legacy --profile=legacy'),
    words('get pod copy-legacy -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=legacy -c n-legacy'),
    words('debug web --image=busybox -c e-general --profile=general'),
    words('debug web --image=busybox -c k-general --copy-to=copy-general --profile=general'),
    words('get pod copy-general -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=general -c n-general'),
    words('debug web --image=busybox -c e-baseline --profile=baseline'),
    words('debug web --image=busybox -c k-baseline --copy-to=copy-baseline --profile=baseline'),
    words('get pod copy-baseline -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=baseline -c n-baseline'),
    words('debug web --image=busybox -c e-restricted --profile=restricted'),
    words('debug web --image=busybox -c k-restricted --copy-to=copy-restricted --profile=restricted'),
    words('get pod copy-restricted -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=restricted -c n-restricted'),
    words('debug web --image=busybox -c e-netadmin --profile=netadmin'),
    words('debug web --image=busybox -c k-netadmin --copy-to=copy-netadmin --profile=netadmin'),
    words('get pod copy-netadmin -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=netadmin -c n-netadmin'),
    words('debug web --image=busybox -c e-sysadmin --profile=sysadmin'),
    words('debug web --image=busybox -c k-sysadmin --copy-to=copy-sysadmin --profile=sysadmin'),
    words('get pod copy-sysadmin -o yaml'),
    words('debug node/OWN-1 --image=busybox -q --profile=sysadmin -c n-sysadmin'),
    words('get pod web -o jsonpath-as-json={.spec.ephemeralContainers}'),
    words(
      'get pods -l app.kubernetes.io/managed-by=kubectl-debug --sort-by=.spec.containers[0].name -o custom-columns=N:.spec.containers[*].name,SC:.spec.containers[*].securityContext,PSC:.spec.securityContext,V:.spec.volumes[*].name,M:.spec.containers[0].volumeMounts[*].mountPath,PID:.spec.hostPID,NET:.spec.hostNetwork,IPC:.spec.hostIPC',
    ),
  ],
  debug: [
    { args: words('apply -f -'), input: DEBUGGED },
    words('debug web --image=busybox -c e2 --target=app -q --profile=general -- sh -c x'),
    words('debug web --image=busybox -c e3 --arguments-only --profile=general --env=A=b -- sh -c x'),
    words('debug web --image=busybox -c e4 --image-pull-policy=Always --profile=general'),
    words('debug web --image=busybox -c e5 --custom=DIR/custom.json --profile=general'),
    words('debug web --image=busybox -c e6 --custom=DIR/custom.yaml --profile=baseline'),
    words('debug web --image=busybox -c e7 --custom=DIR/badcustom.json --profile=baseline'),
    words('debug web --image=busybox -c e8 --custom=DIR/nojson --profile=baseline'),
    words('debug web --image=busybox -c e9 --custom=/nope --profile=baseline'),
    words('get pod web -o jsonpath-as-json={.spec.ephemeralContainers}'),
    words('debug web --copy-to=c1 --set-image=*=busybox'),
    words('get pod c1 -o yaml'),
    words('debug web --copy-to=c2 --set-image=app=busybox,side=x:2 --profile=general'),
    words('get pod c2 -o jsonpath-as-json={.spec.containers}'),
    words('debug web --copy-to=c3 -c app --profile=general -- sh'),
    words('get pod c3 -o jsonpath-as-json={.spec.containers}'),
    words(
      'debug web --copy-to=c4 -c app --image=z --profile=general --env=Q=r --keep-liveness --keep-readiness --keep-startup --keep-labels --keep-annotations --keep-init-containers=false',
    ),
    words('get pod c4 -o yaml'),
    words('debug web --copy-to=c5 -c new --image=z --profile=general --share-processes=false --same-node'),
    words('get pod c5 -o jsonpath={.spec.shareProcessNamespace}'),
    words('debug web --copy-to=c6 -c new -q --image=z --profile=netadmin --custom=DIR/custom.json'),
    words('get pod c6 -o jsonpath-as-json={.spec.containers}'),
    words('debug web --copy-to=c6 -c new --image=z --profile=general'),
    words('debug web --image=x -c app --profile=general'),
    words('debug web --copy-to=c7 -c new --profile=general'),
    words('debug web --copy-to=c7'),
    words('debug web --copy-to=c7 -- sh'),
    words('debug web --replace --image=x'),
    words('debug web --same-node --image=x'),
    words('debug web --set-image=a=b'),
    words('debug web'),
    words('debug --image=x'),
    words('debug web --image=X::'),
    words('debug web --image=x --image-pull-policy=Foo'),
    words('debug web --copy-to=c8 --set-image=a=B::'),
    words('debug web --copy-to=c8 --image=x --target=app'),
    words('debug web --image=x -t'),
    words('debug web --image=x --profile=foo'),
    words('debug web --attach --copy-to=c8 -- sh'),
    words('debug deploy/d --image=x --profile=general'),
    words('debug nope --image=x --profile=general'),
    words('debug node/nope --image=x --profile=general'),
    words('debug web --image=x --profile=general --set-image=q'),
    words('debug web --image=x --profile=general --env=q'),
    words('debug web --image=x --profile=general --target=app -c tt'),
    words('debug web --copy-to=c9 --set-image=app=z --replace --profile=general -q'),
  ],
  'debug containers that are there': [
    { args: words('apply -f -'), input: DEBUGGED },
    words('debug node/OWN-1 --image=busybox -q --profile=legacy -c n-legacy'),
    words('debug web --image=z -c app --copy-to=x-legacy --profile=legacy'),
    words('get pod x-legacy -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug node/OWN-1 --image=busybox -q --profile=general -c n-general'),
    words('debug web --image=z -c app --copy-to=x-general --profile=general'),
    words('get pod x-general -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug node/OWN-1 --image=busybox -q --profile=baseline -c n-baseline'),
    words('debug web --image=z -c app --copy-to=x-baseline --profile=baseline'),
    words('get pod x-baseline -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug node/OWN-1 --image=busybox -q --profile=restricted -c n-restricted'),
    words('debug web --image=z -c app --copy-to=x-restricted --profile=restricted'),
    words('get pod x-restricted -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug node/OWN-1 --image=busybox -q --profile=netadmin -c n-netadmin'),
    words('debug web --image=z -c app --copy-to=x-netadmin --profile=netadmin'),
    words('get pod x-netadmin -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug node/OWN-1 --image=busybox -q --profile=sysadmin -c n-sysadmin'),
    words('debug web --image=z -c app --copy-to=x-sysadmin --profile=sysadmin'),
    words('get pod x-sysadmin -o jsonpath-as-json={.spec.containers[0].securityContext}'),
    words('debug web --copy-to=l2 --image=z -c n --profile=legacy --share-processes'),
    words('get pod l2 -o jsonpath={.spec.shareProcessNamespace}'),
    words('debug web --copy-to=l3 --image=z -c init --profile=general -- sh'),
    words('get pod l3 -o jsonpath-as-json={.spec.initContainers}'),
  ],
};
