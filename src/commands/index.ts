/**
 * The command `sallyport`: thin words over what the rooms can do, for operators and their scripts.
 *
 * It decides nothing and knows no SQL: a command reads what was typed, asks one room, and prints the answer, as lines
 * for people or as JSON. Called by cli.ts alone. What must stay true: what is refused ends with a sentence and an exit
 * code other than 0; whoever typed a change is on record for it; nothing secret is printed, except once what was made
 * to be handed over; a command opens no database that it does not need.
 */
export { runCommand } from './run.ts';
