/** One style sheet for the example apps and the mailbox: light and dark, phone and desk, no motion. */
export function styleSheet(accent: string): string {
  return `:root {
  color-scheme: light dark;
  --accent: ${accent};
  --ink: light-dark(#1b2027, #eceff3);
  --quiet: light-dark(#59626e, #a3adb9);
  --paper: light-dark(#f4f5f7, #12151a);
  --card: light-dark(#fff, #1b1f26);
  --line: light-dark(#dde1e6, #333a44);
  --danger: light-dark(#a3271f, #ff9c92);
  --link: light-dark(color-mix(in oklab, var(--accent), #000 12%), color-mix(in oklab, var(--accent), #fff 55%));
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { background: var(--accent); color: #fff; }
header > div, main { max-width: 46rem; margin: 0 auto; padding: 16px 24px; }
header > div { display: flex; align-items: center; justify-content: space-between; gap: 16px; }
header strong { font-size: 20px; }
header a { color: inherit; text-decoration: none; }
h1 { font-size: 28px; line-height: 1.2; margin: 16px 0 8px; text-wrap: balance; }
h2 { font-size: 20px; margin: 0 0 8px; }
p { margin: 0 0 16px; }
a { color: var(--link); }
.quiet { color: var(--quiet); font-size: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; margin: 16px 0; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0; }
.actions form { display: contents; }
.button { display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: 8px 20px;
  border: 1px solid var(--line); border-radius: 8px; background: var(--card); color: var(--ink);
  font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.button.first { background: var(--accent); border-color: var(--accent); color: #fff; }
.button:hover { border-color: var(--quiet); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
header :focus-visible { outline-color: #fff; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 8px 0; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; overflow-wrap: anywhere; }
th { width: 11rem; padding-inline-end: 16px; font-weight: 600; }
tr:last-child > * { border-bottom: 0; }
pre { margin: 0; padding: 16px; border-radius: 8px; background: var(--paper); overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 14px/1.5 ui-monospace, monospace; }
.hero { padding: 40px 24px; text-align: center; }
.hero .actions { justify-content: center; margin-bottom: 0; }
.problem { border-inline-start: 4px solid var(--danger); }
.mails { list-style: none; }
.mails.card { padding-block: 8px; }
.mails a { display: block; padding: 12px 0; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none; }
.mails li:last-child a { border-bottom: 0; }
.mails strong, .mails span { display: block; overflow-wrap: anywhere; }
.code { display: flex; align-items: center; gap: 16px; flex-wrap: wrap; }
.code output { font: 600 28px/1 ui-monospace, monospace; letter-spacing: .12em; user-select: all; }
iframe { width: 100%; height: 24rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
@media (max-width: 30rem) {
  main, header > div { padding-inline: 16px; }
  .card { padding: 16px; }
  .actions .button { flex: 1 1 100%; }
  th, td { display: block; width: auto; border: 0; padding: 0; }
  th { padding-top: 8px; }
  td { padding-bottom: 8px; border-bottom: 1px solid var(--line); }
}
`;
}
