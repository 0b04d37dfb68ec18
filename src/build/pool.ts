import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { listPosts } from '../post/read-posts.ts';
import { houseKey } from './cache.ts';
import type { Answer } from './pool-process.ts';
import { keyOf, recallSurvey, surveyPost, type Question, type Survey } from './survey.ts';

/** A process takes most of a second to start: so many posts are worth one. */
const worthProcess = 10;

/** While a card is drawn on another thread, a process makes the next post. */
const inFlight = 2;

export interface SurveyOptions extends Pick<Question, 'noRun' | 'makes'> {
  /** Is told how many posts are to be made, and how many at a time, where that takes a while. */
  readonly tell?: (posts: number, together: number) => void;
}

/** Surveys every post, oldest first. Where there are many, and no earlier build knows of them, every core takes its share. */
export async function surveyPosts(root: string, { noRun, makes, tell }: SurveyOptions): Promise<readonly Survey[]> {
  const house = houseKey(root);
  const questions = (await listPosts(root)).map((path): Question => ({ root, house, path, noRun, makes }));
  const surveys = questions.map(recallSurvey);
  const open = surveys.flatMap((survey, index) => (survey === undefined ? [index] : []));
  const answer = async (index: number, ask: Ask) => void (surveys[index] = await ask(questions[index] as Question));
  const processes = Math.min(availableParallelism(), Math.floor(open.length / worthProcess));
  if (processes > 1 && makes) tell?.(open.length, processes);
  if (processes < 2) for (const index of open) await answer(index, surveyPost);
  else
    await Promise.all(
      Array.from({ length: processes }, () =>
        inProcess(async (ask) => {
          const lane = async () => {
            for (let index = open.shift(); index !== undefined; index = open.shift()) await answer(index, ask);
          };
          await Promise.all(Array.from({ length: inFlight }, lane));
        }),
      ),
    );
  return surveys as readonly Survey[];
}

/**
 * Surveys every post, oldest first, makes nothing, and remembers by key: for a command that looks again and again, and for
 * which this house stays the same.
 */
export async function surveyAgain(root: string, remembered: Map<string, Survey>): Promise<readonly Survey[]> {
  const surveys = new Map<string, Survey>();
  const found: Survey[] = [];
  for (const path of await listPosts(root)) {
    const question: Question = { root, house: '', path, noRun: false, makes: false };
    const key = keyOf(question);
    const survey = remembered.get(key) ?? (await surveyPost(question));
    found.push(survey);
    // It may have been edited before it was read.
    if (remembered.has(key) || keyOf(question) === key) surveys.set(key, survey);
  }
  remembered.clear();
  for (const [key, survey] of surveys) remembered.set(key, survey);
  return found;
}

type Ask = (question: Question) => Promise<Survey>;

/** Lets a process of its own answer questions: its memory is gone with it. What it throws is thrown here. */
async function inProcess(work: (ask: Ask) => Promise<void>): Promise<void> {
  // Not all flags: a program given with -e would start again in there, and this process leaves little room for what is
  // garbage soon, so that there is some for logs of a gigabyte.
  const execArgv = process.execArgv.filter((flag) => /^--(?:disable-warning|cpu-prof)/.test(flag));
  const child = fork(new URL('./pool-process.ts', import.meta.url), { serialization: 'advanced', execArgv });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<never>((_, reject) =>
    child.on('error', reject).on('exit', (status, signal) => {
      process.off('exit', end);
      reject(new Error(`A process that made posts ended with ${signal ?? `status ${status}`}`));
    }),
  );
  ended.catch(() => undefined);
  const asked = new Map<string, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => asked.get(answer.path)?.(answer));
  const ask: Ask = async (question) => {
    const answer = new Promise<Answer>((resolve) => asked.set(question.path, resolve));
    child.send(question);
    return read(await Promise.race([ended, answer]));
  };
  try {
    await work(ask);
  } finally {
    // Nobody asks any more: it ends.
    if (child.connected) child.disconnect();
  }
}

function read(answer: Answer): Survey {
  if ('survey' in answer) return answer.survey;
  throw Object.assign(new Error(answer.message), { stack: answer.stack, code: answer.code });
}
