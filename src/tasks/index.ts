/**
 * What a known person must do before going on: prove an address, accept terms, give what an app needs to know.
 *
 * A task proves nothing about who somebody is and gives no evidence; what it leaves behind is a fact about the user. It
 * is begun and completed by signin, never skipped by the person, and it does not know which app's page it is shown on
 * beyond what that app demands. Each says by itself whether it is due, from the facts of the moment.
 */
export type { Task, TaskContext, TaskOutcome, TaskPage } from './task.ts';
export { createTasks, type TaskNeeds } from './tasks.ts';
