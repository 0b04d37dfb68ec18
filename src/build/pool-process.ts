import { surveyPost, type Question, type Survey } from './survey.ts';

/** What comes of the question about a path: an error keeps its code, which may say that a disk is full. */
export type Answer = { readonly path: string } & (
  | { readonly survey: Survey }
  | { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined }
);

// A process that answers questions until whoever asks is gone.
process.on('message', (question: Question) => {
  const { path } = question;
  // Nobody waits any more where another question ended in an error.
  const answer = (answer: Answer) => process.connected && process.send?.(answer);
  surveyPost(question).then(
    (survey) => answer({ path, survey }),
    ({ message, stack, code }: NodeJS.ErrnoException) => answer({ path, message, stack, code }),
  );
});
