import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { listPosts } from '../post/read-posts.ts';
import { houseKey } from './kept.ts';
import { recallSurvey, surveyPost, type Question, type Survey } from './survey.ts';

/** A thread takes most of a second to start: so many posts are worth one. */
const worthThread = 10;

/** Surveys every post, oldest first. Where there are many, and no earlier build knows of them, every core takes its share. */
export async function surveyPosts(root: string, { noRun, makes }: Pick<Question, 'noRun' | 'makes'>): Promise<readonly Survey[]> {
  const house = houseKey(root);
  const questions = (await listPosts(root)).map((path): Question => ({ root, house, path, noRun, makes }));
  const surveys = await Promise.all(questions.map(recallSurvey));
  const open = surveys.flatMap((survey, index) => (survey === undefined ? [index] : []));
  const answer = async (index: number, ask: Ask) => void (surveys[index] = await ask(questions[index] as Question));
  const threads = Math.min(availableParallelism(), Math.floor(open.length / worthThread));
  if (threads < 2) for (const index of open) await answer(index, surveyPost);
  else await Promise.all(Array.from({ length: threads }, () => inThread(async (ask) => {
    for (let index = open.shift(); index !== undefined; index = open.shift()) await answer(index, ask);
  })));
  return surveys as readonly Survey[];
}

type Ask = (question: Question) => Promise<Survey>;

/** Lets a thread of its own answer questions, one at a time. What it throws is thrown here. */
async function inThread(work: (ask: Ask) => Promise<void>): Promise<void> {
  const worker = new Worker(new URL('./survey-worker.ts', import.meta.url));
  try {
    const failed = new Promise<never>((_, reject) => worker.on('error', reject));
    await Promise.race([failed, work((question) => new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(question);
    }))]);
  } finally {
    await worker.terminate();
  }
}
