/**
 * Answers many questions by few looks. Whoever asks while one is under way shares the next one, which
 * begins when that has ended: nobody gets an answer that is older than the question.
 */
export function shareLooks<Question, Answer>(
  look: (questions: readonly Question[]) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  let next: { readonly questions: Question[]; readonly answer: Promise<Answer> } | undefined;
  let running: Promise<unknown> = Promise.resolve();

  function open(): NonNullable<typeof next> {
    const questions: Question[] = [];
    const answer = running.then(() => {
      next = undefined;
      return look(questions);
    });
    // Its failure is that of those who asked; the next look goes on all the same.
    running = answer.catch(() => undefined);
    return { questions, answer };
  }

  return (question) => {
    next ??= open();
    next.questions.push(question);
    return next.answer;
  };
}
