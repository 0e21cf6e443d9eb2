import { leavesOf } from './condition.ts';
import type { Finding } from './lint.ts';
import { whole } from './lint-lockouts.ts';
import type { Policy } from './policy.ts';
import type { Requirement } from './requirement.ts';
import { kindOf, satisfiable } from './satisfiable.ts';

/** Policies that change nothing, because wherever they apply an enforced one asks for at least as much. */
export function pointless(policies: readonly Policy[]): Finding[] {
  const kinds = new Map(policies.map((one) => [one, new Set(leavesOf(one.conditions).map(kindOf))]));
  const covers = (wide: Policy, narrow: Policy): boolean => {
    const tested = kinds.get(narrow) ?? new Set();
    return (
      asksAsMuch(wide, narrow) &&
      [...(kinds.get(wide) ?? [])].every((kind) => tested.has(kind)) &&
      appliesWherever(wide, narrow)
    );
  };
  return policies.flatMap((narrow, index) => {
    const wide = policies.find((other, at) => {
      const candidate = other !== narrow && other.mode === 'enforce';
      // Of two that say the same, the first is kept.
      return candidate && covers(other, narrow) && (at < index || narrow.mode !== 'enforce' || !covers(narrow, other));
    });
    if (!wide) return [];
    const says = `changes nothing: wherever it applies, "${wide.name}" ${wide.block ? 'blocks' : 'asks for as much'}.`;
    return { severity: 'warning', policy: narrow.name, says };
  });
}

function appliesWherever(wide: Policy, narrow: Policy): boolean {
  const apart = [
    { condition: whole(narrow), holds: true, definite: true },
    { condition: whole(wide), holds: false, definite: true },
  ];
  return !satisfiable(apart);
}

function asksAsMuch(wide: Policy, narrow: Policy): boolean {
  if (wide.block) return true;
  if (narrow.block) return false;
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
  const [{ within: sooner, trustDevice: shorter, ...asked }, { within, trustDevice, ...wanted }] = [
    detailsOf(strict),
    detailsOf(mild),
  ];
  const noTrust = shorter === undefined || (trustDevice !== undefined && shorter <= trustDevice);
  return JSON.stringify(asked) === JSON.stringify(wanted) && atMost(sooner, within) && noTrust;
}

function detailsOf(requirement: Requirement): { within?: number; trustDevice?: number; require: string } {
  return requirement;
}

/** A limit is as strict as another one, or as none. */
function atMost(limit: number | undefined, other: number | undefined): boolean {
  return other === undefined || (limit !== undefined && limit <= other);
}
