import { surveyPost, type Question, type Survey } from './survey.ts';

/** What comes of a question: an error keeps its code, which may say that a disk is full. */
export type Answer = { readonly survey: Survey } | { readonly message: string; readonly stack: string | undefined; readonly code: string | undefined };

// A process that answers one question after the other, until whoever asks is gone.
process.on('message', (question: Question) => {
  const answer = (answer: Answer) => process.send?.(answer);
  surveyPost(question).then(
    (survey) => answer({ survey }),
    ({ message, stack, code }: NodeJS.ErrnoException) => answer({ message, stack, code }),
  );
});
