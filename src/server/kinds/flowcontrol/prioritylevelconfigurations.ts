/** PriorityLevelConfiguration; imitates pkg/apis/flowcontrol and pkg/registry/flowcontrol/prioritylevelconfiguration. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../../api/types/flowcontrol-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { validateFlowConditions } from '../shared/flow-conditions.ts';
import { PRIORITY_LEVEL_SPEC } from '../shared/flow-go-values.ts';
import { mandatorySpec } from '../shared/flow-mandatory.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

type PriorityLevel = PriorityLevelConfiguration;
type Shares = Pick<LimitedPriorityLevelConfiguration, 'nominalConcurrencyShares' | 'lendablePercent'>;

const SPEC = Path.root('spec');
const TYPES = ['Exempt', 'Limited'];
const RESPONSES = ['Queue', 'Reject'];
const MAX_QUEUES = 10_000_000;
/** Bits that a flow's hash has for dealing its hand of queues. */
const MAX_HASH_BITS = 60;

export const prioritylevelconfigurations = defineKind<PriorityLevel>(
  'flowcontrol.apiserver.k8s.io',
  'v1',
  'prioritylevelconfigurations',
  {
    generation: 'spec',
    metadataOnUpdate: 'full',
    applyDefaults: ({ spec = {} }) => applySpecDefaults(spec),
    prepareForCreate(obj) {
      obj.status = {};
    },
    validate(obj, errors) {
      const name = obj.metadata?.name ?? '';
      validateSpec(obj.spec ?? {}, name, errors);
      validateFixedSpec(obj.spec ?? {}, name, errors);
      validateFlowConditions(obj.status?.conditions, errors);
    },
    status: {
      resetFields: ['metadata', 'spec'],
      prepareForUpdate(obj, old) {
        keepSpec(obj, old);
        keepMetadata(obj, old);
      },
      validateUpdate: (obj, _old, errors) => validateFlowConditions(obj.status?.conditions, errors),
    },
    cells,
  },
);

function applySpecDefaults({ exempt, limited }: PriorityLevelConfigurationSpec): void {
  if (exempt !== undefined) applyShareDefaults(exempt, 0);
  if (limited === undefined) return;
  applyShareDefaults(limited, 30);
  const queuing = limited.limitResponse?.queuing;
  if (queuing === undefined) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}

function applyShareDefaults(level: Shares, shares: number): void {
  level.nominalConcurrencyShares ??= shares;
  level.lendablePercent ??= 0;
}

/** `catch-all` may not differ at all, `exempt` in its shares only. */
function validateFixedSpec(spec: PriorityLevelConfigurationSpec, name: string, errors: FieldErrors): void {
  const fixed = mandatorySpec('prioritylevelconfigurations', name) as PriorityLevelConfigurationSpec | undefined;
  if (fixed === undefined) return;
  const { exempt: _shares, ...rest } = spec;
  const compared = name === 'exempt' && fixed.exempt !== undefined ? { ...rest, exempt: fixed.exempt } : spec;
  if (equalJson(compared, fixed)) return;
  const except = name === 'exempt' ? " except the 'spec.exempt' field" : '';
  errors.invalid(SPEC, goValue(spec, PRIORITY_LEVEL_SPEC), `spec of '${name}'${except} must equal the fixed value`);
}

function validateSpec(spec: PriorityLevelConfigurationSpec, name: string, errors: FieldErrors): void {
  const { type = '', limited, exempt } = spec;
  if ((name === 'exempt') !== (type === 'Exempt'))
    errors.invalid(SPEC.child('type'), type, "type must be 'Exempt' if and only if name is 'exempt'");
  if (type === '') errors.required(SPEC.child('type'));
  else if (!TYPES.includes(type)) errors.notSupported(SPEC.child('type'), type, TYPES);
  else if (type === 'Exempt') {
    if (limited !== undefined) errors.forbidden(SPEC.child('limited'), 'must be nil if the type is not Limited');
    validateExempt(exempt, SPEC.child('exempt'), errors);
  } else {
    if (exempt !== undefined) errors.forbidden(SPEC.child('exempt'), 'must be nil if the type is Limited');
    if (limited === undefined) errors.required(SPEC.child('limited'), 'must not be empty when type is Limited');
    else validateLimited(limited, SPEC.child('limited'), errors);
  }
}

function validateExempt(exempt: Shares | undefined, path: Path, errors: FieldErrors): void {
  if (exempt === undefined) return;
  validateShares(exempt, path, errors);
  validateLendable(exempt, path, errors);
}

function validateLimited(limited: LimitedPriorityLevelConfiguration, path: Path, errors: FieldErrors): void {
  validateShares(limited, path, errors);
  validateLimitResponse(limited.limitResponse ?? {}, path.child('limitResponse'), errors);
  validateLendable(limited, path, errors);
  const { borrowingLimitPercent: borrowed } = limited;
  if (borrowed !== undefined && borrowed < 0) {
    const message = 'if specified, must be a non-negative integer';
    errors.invalid(path.child('borrowingLimitPercent'), borrowed, message);
  }
}

function validateShares({ nominalConcurrencyShares: shares }: Shares, path: Path, errors: FieldErrors): void {
  if ((shares ?? 0) < 0)
    errors.invalid(path.child('nominalConcurrencyShares'), shares, 'must be a non-negative integer');
}

function validateLendable({ lendablePercent: percent = 0 }: Shares, path: Path, errors: FieldErrors): void {
  if (percent < 0 || percent > 100)
    errors.invalid(path.child('lendablePercent'), percent, 'must be between 0 and 100, inclusive');
}

function validateLimitResponse({ type = '', queuing }: LimitResponse, path: Path, errors: FieldErrors): void {
  const at = path.child('queuing');
  if (type === '') errors.required(path.child('type'));
  else if (!RESPONSES.includes(type)) errors.notSupported(path.child('type'), type, RESPONSES);
  else if (type === 'Reject') {
    if (queuing !== undefined) errors.forbidden(at, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (queuing === undefined) errors.required(at, 'must not be empty if limited.limitResponse.type is Limited');
  else validateQueuing(queuing, at, errors);
}

function validateQueuing(queuing: QueuingConfiguration, path: Path, errors: FieldErrors): void {
  const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing;
  if (queueLengthLimit <= 0) errors.invalid(path.child('queueLengthLimit'), queueLengthLimit, 'must be positive');
  if (queues <= 0) errors.invalid(path.child('queues'), queues, 'must be positive');
  else if (queues > MAX_QUEUES) errors.invalid(path.child('queues'), queues, `must not be greater than ${MAX_QUEUES}`);
  const fault = handSizeFault(queues, handSize);
  if (fault !== undefined) errors.invalid(path.child('handSize'), handSize, fault);
}

function handSizeFault(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  if (requiredBits(queues, handSize) <= MAX_HASH_BITS) return undefined;
  return `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`;
}

/** Bits it takes to deal a hand from a deck; stops counting once there are too many. */
function requiredBits(deckSize: number, handSize: number): number {
  let bits = 0;
  for (let dealt = 0; dealt < handSize && bits <= MAX_HASH_BITS; dealt++) bits += Math.log2(deckSize - dealt);
  return Math.ceil(bits);
}

function cells({ metadata = {}, spec = {} }: PriorityLevel, now: Date): CellValue[] {
  const { limited } = spec;
  const queuing = limited?.limitResponse?.queuing;
  return [
    metadata.name ?? '',
    spec.type ?? '',
    limited === undefined ? '<none>' : (limited.nominalConcurrencyShares ?? 0),
    queuing === undefined ? '<none>' : (queuing.queues ?? 0),
    queuing === undefined ? '<none>' : (queuing.handSize ?? 0),
    queuing === undefined ? '<none>' : (queuing.queueLengthLimit ?? 0),
    age(metadata.creationTimestamp, now),
  ];
}
