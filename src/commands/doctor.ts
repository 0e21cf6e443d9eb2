import { createLog, systemClock } from '../base/index.ts';
import { examine } from '../doctor.ts';
import { command, Refusal } from './command.ts';
import { json, printTable } from './print.ts';

export const doctor = command({
  name: 'doctor',
  says: 'look at everything the server needs',
  options: json,
  async run({ env, options }) {
    const log = createLog('warn', (line) => process.stderr.write(line));
    const findings = await examine({ env, clock: systemClock, log });
    printTable(options.json, findings, ({ verdict, what, says }) => [verdict, what, says]);
    const failed = findings.filter(({ verdict }) => verdict === 'failed').length;
    if (failed > 0) throw new Refusal(`Not as it should be: ${failed} of ${findings.length}.`);
  },
});
