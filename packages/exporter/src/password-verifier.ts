import { compare } from 'bcryptjs';

import type { PasswordVerifier } from './web-config/basic-auth.js';

/** A question of the read-only process to the one that started it. */
interface Question {
  readonly promshard: 'is-password';
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

interface Reply {
  readonly promshard: 'password-is';
  readonly id: number;
  readonly isRight: boolean;
}

/** One end of the channel between two processes, as `process` and a child process have it. */
export interface Channel {
  send?(message: object): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Compares here. bcrypt in JavaScript gives the event loop a turn every 100 ms. */
export const verifyHere: PasswordVerifier = (password, hash) => compare(password, hash);

/**
 * Lets the process that started this one compare: it has an event loop with nothing else to do, and the permission model
 * leaves a read-only process neither threads nor addons.
 *
 * @param parent - This process's channel; the other end has {@link answerVerifications}.
 */
export function verifyThrough(parent: Channel): PasswordVerifier {
  const waiting = new Map<number, (isRight: boolean) => void>();
  let questions = 0;
  parent.on('message', (message) => {
    if (!isReply(message)) return;
    waiting.get(message.id)?.(message.isRight);
    waiting.delete(message.id);
  });
  return (password, hash) =>
    new Promise((resolve) => {
      const question: Question = { promshard: 'is-password', id: questions++, password, hash };
      waiting.set(question.id, resolve);
      // Where the parent is gone this process ends too.
      parent.send?.(question);
    });
}

/** Answers what {@link verifyThrough} asks on a child's channel. */
export function answerVerifications(child: Channel): void {
  child.on('message', (message) => {
    if (!isQuestion(message)) return;
    void answer(child, message);
  });
}

async function answer(child: Channel, { id, password, hash }: Question): Promise<void> {
  const isRight = await verifyHere(password, hash).catch(() => false);
  const reply: Reply = { promshard: 'password-is', id, isRight };
  child.send?.(reply);
}

function isReply(message: unknown): message is Reply {
  const reply = message as Partial<Reply> | null;
  return (
    reply?.promshard === 'password-is' && typeof reply.id === 'number' && typeof reply.isRight === 'boolean'
  );
}

function isQuestion(message: unknown): message is Question {
  const question = message as Partial<Question> | null;
  return (
    question?.promshard === 'is-password' &&
    typeof question.id === 'number' &&
    typeof question.password === 'string' &&
    typeof question.hash === 'string'
  );
}
