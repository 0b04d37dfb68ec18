import { parentPort } from 'node:worker_threads';
import { surveyPost, type Question } from './survey.ts';

// A thread that answers one question after the other.
parentPort?.on('message', (question: Question) => {
  // Whatever goes wrong is thrown, and ends the thread with it.
  void surveyPost(question).then((survey) => parentPort?.postMessage(survey));
});
