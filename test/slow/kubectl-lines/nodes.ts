/** Command lines that kubectl and kctl answer alike: taint, cordon, uncordon, drain, top. OWN stands for the namespace. */
import { type Step, words } from '../../helpers/side-by-side.ts';

export const METRICS = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: nodes.metrics.k8s.io, annotations: {api-approved.kubernetes.io: "unapproved, test"}}
spec:
  group: metrics.k8s.io
  scope: Cluster
  names: {plural: nodes, singular: nodemetrics, kind: NodeMetrics, listKind: NodeMetricsList}
  versions: [{name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pods.metrics.k8s.io, annotations: {api-approved.kubernetes.io: "unapproved, test"}}
spec:
  group: metrics.k8s.io
  scope: Namespaced
  names: {plural: pods, singular: podmetrics, kind: PodMetrics, listKind: PodMetricsList}
  versions: [{name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`;

export const NODES = `apiVersion: v1
kind: Node
metadata: {name: OWN-1, labels: {pool: OWN}}
---
apiVersion: v1
kind: Node
metadata: {name: OWN-2, labels: {pool: OWN}}
---
apiVersion: v1
kind: Node
metadata: {name: OWN-3, labels: {pool: OWN}}
`;

export const NODE_PODS = `apiVersion: v1
kind: Pod
metadata: {name: bare, labels: {app: bare}}
spec: {nodeName: OWN-1, terminationGracePeriodSeconds: 0, containers: [{name: c, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: local, labels: {app: local}}
spec: {nodeName: OWN-1, terminationGracePeriodSeconds: 0, containers: [{name: c, image: x}], volumes: [{name: v, emptyDir: {}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mirror, labels: {app: m}, annotations: {kubernetes.io/config.mirror: x}}
spec: {nodeName: OWN-1, terminationGracePeriodSeconds: 0, containers: [{name: c, image: x}]}
`;

export const MEASURED = `apiVersion: metrics.k8s.io/v1beta1
kind: NodeMetrics
metadata: {name: OWN-1, labels: {pool: OWN}}
timestamp: "2026-01-01T00:00:00Z"
window: 30s
usage: {cpu: 250m, memory: 512Mi}
---
apiVersion: metrics.k8s.io/v1beta1
kind: NodeMetrics
metadata: {name: OWN-2, labels: {pool: OWN}}
timestamp: "2026-01-01T00:00:00Z"
window: 30s
usage: {cpu: 1250000000n, memory: 1Gi, swap: 1Mi}
---
apiVersion: metrics.k8s.io/v1beta1
kind: PodMetrics
metadata: {name: a, namespace: OWN, labels: {app: a}}
timestamp: "2026-01-01T00:00:00Z"
window: 30s
containers: [{name: c1, usage: {cpu: 100m, memory: 10Mi}}, {name: c2, usage: {cpu: 7123456n, memory: 123456Ki, swap: 1Mi}}]
---
apiVersion: metrics.k8s.io/v1beta1
kind: PodMetrics
metadata: {name: b, namespace: OWN, labels: {app: b}}
timestamp: "2026-01-01T00:00:00Z"
window: 30s
containers: [{name: c1, usage: {cpu: "2", memory: 1Gi}}]
`;

export const NODE_LINES: Readonly<Record<string, readonly Step[]>> = {
  taint: [
    { args: words('apply -f -'), input: NODES },
    words('taint nodes OWN-1 a=b:NoSchedule'),
    words('taint nodes OWN-1 a=b:NoSchedule'),
    words('taint nodes OWN-1 a=c:NoSchedule'),
    words('taint nodes OWN-1 a=c:NoSchedule --overwrite'),
    words('taint nodes OWN-1 a=b:NoExecute x:NoSchedule'),
    words('taint nodes OWN-1 a:NoExecute-'),
    words('taint nodes OWN-1 a-'),
    words('taint nodes OWN-1 a-'),
    words('taint nodes OWN-1 nope-'),
    words('taint nodes OWN-1 nope:NoSchedule-'),
    words('taint nodes OWN-1 a=b:Foo'),
    words('taint nodes OWN-1 a=b'),
    words('taint nodes OWN-1 a'),
    words('taint nodes OWN-1'),
    words('taint nodes'),
    words('taint'),
    words('taint nodes a=b:NoSchedule'),
    words('taint node OWN-1 OWN-2 k=v:NoSchedule'),
    words('taint node OWN-1 OWN-2 k2=v:NoSchedule k2=w:NoSchedule'),
    words('taint node OWN-1 k3=v:NoSchedule k3:NoSchedule-'),
    words('taint node OWN-1 k3=v:NoSchedule k3:NoExecute-'),
    words('taint node -l pool=OWN m=n:PreferNoSchedule'),
    words('taint node -l pool=none m=n:PreferNoSchedule'),
    words('taint node --all -l pool=OWN m=n:PreferNoSchedule'),
    words('taint node OWN-1 -l pool=OWN m=n:PreferNoSchedule'),
    words('taint node OWN-1 q=_:NoSchedule'),
    words('taint node OWN-1 _q=r:NoSchedule'),
    words('taint node OWN-1 q=r:NoSchedule:x'),
    words('taint node OWN-1 q=r=s:NoSchedule'),
    words('taint node OWN-1 q:-'),
    words('taint node OWN-1 q=r:NoSchedule-'),
    words('taint node OWN-1 z=1:NoSchedule --dry-run=client'),
    words('taint node OWN-1 z=1:NoSchedule --dry-run=server'),
    words('taint node OWN-1 z=1:NoSchedule --dry-run=client -o yaml'),
    words('taint node OWN-1 z=1:NoSchedule -o name'),
    words('taint node OWN-1 z=1:NoSchedule -o json'),
    words('taint node nope z=1:NoSchedule'),
    words('taint node/OWN-1 y=1:NoSchedule'),
    words('taint pods OWN-1 y=1:NoSchedule'),
    words('taint foo OWN-1 y=1:NoSchedule'),
    words('taint deploy web y=1:NoSchedule'),
    words('taint node OWN-1 y2=1:NoSchedule --validate=foo'),
    words('taint node OWN-1 y2=1:NoSchedule --validate=ignore'),
    words('taint node OWN-1 k- --overwrite'),
    words('taint node OWN-1 OWN-2 nokey-'),
    words('taint node OWN-1 y3=1:NoSchedule bad'),
  ],
  cordon: [
    { args: words('apply -f -'), input: NODES },
    words('cordon OWN-1'),
    words('cordon OWN-1'),
    words('cordon OWN-1 OWN-2'),
    words('cordon node/OWN-1'),
    words('cordon nodes OWN-1'),
    words('cordon nope'),
    words('cordon'),
    words('cordon -l pool=OWN'),
    words('cordon -l pool=none'),
    words('cordon OWN-1 -l pool=OWN'),
    words('uncordon OWN-1'),
    words('uncordon OWN-1'),
    words('uncordon OWN-1 --dry-run=client'),
    words('uncordon OWN-2 --dry-run=client'),
    words('uncordon OWN-2 --dry-run=server'),
    words('uncordon -l pool=OWN'),
    words('cordon OWN-1 --dry-run=client'),
    words('cordon OWN-1 --dry-run=server'),
    words('cordon OWN-1 --dry-run=foo'),
    words('cordon OWN-1 nope'),
    words('cordon pod/x'),
    words('uncordon nope'),
    words('uncordon'),
  ],
  drain: [
    { args: words('apply -f -'), input: NODES },
    words('drain OWN-1'),
    words('drain OWN-1'),
    words('drain nope'),
    words('drain'),
    words('drain OWN-1 -l pool=OWN'),
    words('drain -l pool=OWN'),
    words('drain -l pool=none'),
    words('drain OWN-1 --dry-run=client'),
    words('drain OWN-1 --dry-run=server'),
    ['drain', 'OWN-1', "--pod-selector='!x'"],
    words('drain OWN-1 --pod-selector=a=b=c'),
    words('drain OWN-1 OWN-2'),
    words('drain OWN-1 --timeout=x'),
    { args: words('apply -f -'), input: NODE_PODS },
    words('drain OWN-1 --force'),
    words('drain OWN-1 --delete-emptydir-data'),
    words('drain OWN-1 --force --ignore-daemonsets --dry-run=client'),
    words('drain OWN-1 --force --ignore-daemonsets --delete-emptydir-data --dry-run=client'),
    words('drain OWN-1 --force --ignore-daemonsets --delete-emptydir-data --pod-selector=app=bare'),
    words('get pods -o name'),
    words('drain OWN-1 --force --ignore-daemonsets --delete-emptydir-data --grace-period=0 --disable-eviction'),
    words('get pods -o name'),
  ],
  top: [
    { args: words('apply -f -'), input: NODES },
    words(
      'patch node OWN-1 --subresource=status --type=merge -p {"status":{"capacity":{"cpu":"4","memory":"8Gi"},"allocatable":{"cpu":"2","memory":"4Gi"}}}',
    ),
    words(
      'patch node OWN-2 --subresource=status --type=merge -p {"status":{"capacity":{"cpu":"4","memory":"8Gi"},"allocatable":{"cpu":"3","memory":"4Gi"},"nodeInfo":{"swap":{"capacity":4194304}}}}',
    ),
    { args: words('apply -f -'), input: MEASURED },
    words('top node -l pool=OWN'),
    words('top node OWN-1'),
    words('top nodes OWN-2'),
    words('top no OWN-2 --show-capacity'),
    words('top node OWN-3'),
    words('top node nope'),
    words('top node -l pool=OWN --sort-by=cpu'),
    words('top node -l pool=OWN --sort-by=memory'),
    words('top node -l pool=OWN --no-headers'),
    words('top node -l pool=OWN --show-swap'),
    words('top node -l pool=none'),
    words('top pod'),
    words('top pods'),
    words('top po a'),
    words('top pod --containers'),
    words('top pod a --containers --no-headers'),
    words('top pod --sum'),
    words('top pod --sum --containers'),
    words('top pod --sort-by=cpu'),
    words('top pod --sort-by=memory --containers'),
    words('top pod --show-swap'),
    words('top pod --show-swap --containers'),
    words('top pod nope'),
    words('top pod -l app=none'),
    words('top pod --field-selector=metadata.name=a'),
    words('top pod --field-selector=foo=a'),
    words('top pod --use-protocol-buffers=false'),
    words('top node --use-protocol-buffers=false -l pool=OWN'),
    words('run fresh --image=i'),
    words('top pod fresh'),
    words('top pod -l run=fresh'),
    words('top pod --no-headers --sum'),
    words('top pod --sort-by=cpu --containers --sum'),
  ],
};
