import { stringify } from 'yaml';
import { exportDocument, type Outcome } from '../management/index.ts';
import { type Call, command, exits, Refusal } from './command.ts';
import { desiredOf } from './desired.ts';
import { json, listed, note, print, printWhole } from './print.ts';

const force = { type: 'boolean', default: false } as const;

export const migrate = command({
  name: 'migrate',
  says: "bring the database's tables up to this version",
  async run({ operations }) {
    const applied = await (await operations()).migrate();
    print(applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['Nothing to do: the tables are current.']);
  },
});

export const plan = command({
  name: 'plan',
  takes: '[FILE]',
  says: 'what applying the file would change; - is standard input, and without FILE it is that of SALLYPORT_CONFIG',
  options: { ...json, force },
  async run(call) {
    const desired = desiredOf(call, fileOf(call));
    const { files } = await (await call.operations()).provider();
    show(call.options.json, await files.plan(desired, call.options), 'The file changes nothing.');
  },
});

export const apply = command({
  name: 'apply',
  takes: '[FILE]',
  says: 'make it so, whole or not at all; --force with policies that lock every administrator out',
  options: { ...json, force },
  async run(call) {
    const desired = desiredOf(call, fileOf(call));
    const { files } = await (await call.operations()).provider();
    const { force } = call.options;
    show(call.options.json, await files.apply(desired, { by: call.by, force }), 'Nothing to do: it is so already.');
  },
});

export const exportFile = command({
  name: 'export',
  says: 'what is there as such a file; secrets as references',
  async run({ operations }) {
    const { store } = await operations();
    process.stdout.write(stringify(exportDocument(await store.resources.all())));
  },
});

function fileOf({ words, config }: Call<unknown>): string {
  const path = words[0] ?? config().configFile;
  if (path === undefined) throw new Refusal('Name a file, or set SALLYPORT_CONFIG.', exits.usage);
  return path;
}

function show(asJson: boolean, { problems, warnings, differences }: Outcome, none: string): void {
  if (problems.length > 0) throw new Refusal(listed(problems), exits.configuration);
  for (const warning of warnings) note(`warning: ${warning}`);
  if (asJson) return void printWhole(true, differences);
  const signs = { add: '+', change: '~', remove: '-' };
  const lines = differences.map(
    ({ change, kind, id, fields }) => `${signs[change]} ${kind} ${id} ${fields.join(', ')}`,
  );
  print(lines.length > 0 ? lines.map((line) => line.trimEnd()) : [none]);
}
