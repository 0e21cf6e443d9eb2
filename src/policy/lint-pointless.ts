import { leavesOf } from './condition.ts';
import type { Finding } from './lint.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import { kindOf, satisfiable, valuesOf, whole } from './satisfiable.ts';

/** What tells quickly that one policy does not apply wherever another one does. */
interface Outline {
  policy: Policy;
  kinds: readonly string[];
  /** Values that are asked for, by test, of signals that have one. */
  values: ReadonlyMap<string, readonly string[]>;
}

/** Policies that change nothing, because wherever they apply an enforced one asks for at least as much. */
export function pointless(policies: readonly Policy[]): Finding[] {
  const outlines = policies.map(outline);
  return outlines.flatMap((narrow, index) => {
    const wide = outlines.find((other, at) => {
      if (other === narrow || other.policy.mode !== 'enforce' || !covers(other, narrow)) return false;
      // Of two that say the same, the first is kept.
      return at < index || narrow.policy.mode !== 'enforce' || !covers(narrow, other);
    })?.policy;
    if (!wide) return [];
    const says = `changes nothing: wherever it applies, "${wide.name}" ${wide.block ? 'blocks' : 'asks for as much'}.`;
    return { severity: 'warning', policy: narrow.policy.name, says };
  });
}

function outline(policy: Policy): Outline {
  const plain = policy.conditions.filter((one) => !('join' in one) && !one.several);
  return {
    policy,
    kinds: [...new Set(leavesOf(policy.conditions).map(kindOf))],
    values: new Map(leavesOf(plain).map(({ test, expected }) => [test, valuesOf(expected)])),
  };
}

function covers(wide: Outline, narrow: Outline): boolean {
  return (
    mayCover(wide, narrow) && asksAsMuch(wide.policy, narrow.policy) && appliesWherever(wide.policy, narrow.policy)
  );
}

/** A policy that looks at something else, or for other values of the same, never does; comparing all pairs has to be cheap. */
function mayCover(wide: Outline, narrow: Outline): boolean {
  if (!wide.kinds.every((kind) => narrow.kinds.includes(kind))) return false;
  for (const [test, values] of wide.values) {
    if (narrow.values.get(test)?.every((value) => !values.includes(value))) return false;
  }
  return true;
}

function appliesWherever(wide: Policy, narrow: Policy): boolean {
  const apart = [
    { condition: whole(narrow), holds: true, definite: true },
    { condition: whole(wide), holds: false, definite: true },
  ];
  return !satisfiable(apart);
}

function asksAsMuch(wide: Policy, narrow: Policy): boolean {
  if (wide.block || narrow.block) return wide.block;
  const [strict, mild] = [wide.session, narrow.session];
  return (
    atMost(strict.maxAge, mild.maxAge) &&
    (mild.persistent !== false || strict.persistent === false) &&
    narrow.demands.every((one) => wide.demands.some((other) => implies(other.requirement, one.requirement)))
  );
}

/** Whether meeting the one means having met the other. */
function implies(strict: Requirement, mild: Requirement): boolean {
  if (strict.require === 'any') return strict.of.every((one) => implies(one, mild));
  if (mild.require === 'any') return mild.of.some((one) => implies(strict, one));
  const { within: sooner, trustDevice: shorter, ...asked }: Details = strict;
  const { within, trustDevice, ...wanted }: Details = mild;
  const trustsNoMore = shorter === undefined || (trustDevice !== undefined && shorter <= trustDevice);
  return JSON.stringify(asked) === JSON.stringify(wanted) && atMost(sooner, within) && trustsNoMore;
}

type Details = { within?: number; trustDevice?: number; require: string };

/** A limit is as strict as another one, or as none. */
function atMost(limit: number | undefined, other: number | undefined): boolean {
  return other === undefined || (limit !== undefined && limit <= other);
}
