import { didYouMean } from '../config/index.ts';
import { findIn } from '../management/index.ts';
import { runExpectations } from '../policy/index.ts';
import { command, Refusal } from './command.ts';
import { policySetOf } from './desired.ts';
import { json, moment, note, printTable } from './print.ts';

export const policyLint = command({
  name: 'policy lint',
  takes: '[FILE]',
  says: 'what is probably not meant, in a file or in force',
  options: json,
  async run(call) {
    const findings = findIn(await policySetOf(call, call.words[0]));
    printTable(call.options.json, findings, ({ severity, policy = '', says }) => [severity, policy, says]);
    if (findings.length === 0) note('Nothing is odd about these policies.');
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    if (errors > 0) throw new Refusal(`They would be refused: ${counted(errors, 'error')}.`);
  },
});

export const policyTest = command({
  name: 'policy test',
  takes: '[FILE]',
  says: 'whether the expectations in policy_tests come true',
  options: json,
  async run(call) {
    const { policies, expectations } = await policySetOf(call, call.words[0]);
    const results = runExpectations(policies, expectations);
    const verdict = (passed: boolean) => (passed ? 'passed' : 'failed');
    printTable(call.options.json, results, ({ passed, name, says }) => [verdict(passed), name, says.join(' ')]);
    if (results.length === 0) note('There are no policy_tests.');
    const failed = results.filter(({ passed }) => !passed).length;
    if (failed > 0) throw new Refusal(`Not as expected: ${failed} of ${results.length}.`);
  },
});

export const policyList = command({
  name: 'policy list',
  says: 'those in force, with their mode and version',
  options: json,
  async run({ operations, options }) {
    const { store } = await operations();
    const rows = (await store.resources.list('policy')).map(({ id: name, version, source, body }) => {
      return { name, mode: body.mode ?? 'report', version, source };
    });
    printTable(options.json, rows, ({ name, mode, version, source }) => [
      name,
      `${mode}`,
      `version ${version}`,
      source,
    ]);
  },
});

export const policyHistory = command({
  name: 'policy history',
  takes: 'NAME',
  says: 'its versions, with who made them and when; --json shows what each said',
  options: json,
  async run({ operations, words: [name = ''], options }) {
    const { store } = await operations();
    const versions = await store.resources.versions('policy', name);
    if (versions.length === 0) {
      const meant = didYouMean(
        name,
        (await store.resources.list('policy')).map(({ id }) => id),
      );
      throw new Refusal(`There was never a policy ${name}${meant ? `; did you mean ${meant}?` : '.'}`);
    }
    printTable(options.json, versions, ({ version, changedAt, changedBy = '', body }) => [
      `version ${version}`,
      moment(changedAt),
      body === undefined ? 'removed' : `${body.mode ?? 'report'}`,
      changedBy,
    ]);
  },
});

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
