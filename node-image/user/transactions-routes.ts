// POST /transactions, GET /transactions/digest and GET /transactions/ID.
import { type HttpAnswer, HttpProblem, sendJson } from '../http/http-problem.ts';
import { textOf } from './events-routes.ts';
import type { TransactionService } from './user-service.ts';

export async function submitTransaction(
  transactions: TransactionService | undefined,
  body: Buffer,
  answer: HttpAnswer,
): Promise<void> {
  sendJson(answer, 201, await offered(transactions).submit(textOf(body)));
}

export async function getTransaction(
  transactions: TransactionService | undefined,
  id: string,
  answer: HttpAnswer,
): Promise<void> {
  const transaction = await offered(transactions).get(id);
  if (transaction === undefined) throw new HttpProblem(404, `no transaction '${id}' was applied here`);
  sendJson(answer, 200, transaction);
}

export async function sendDigest(
  transactions: TransactionService | undefined,
  answer: HttpAnswer,
): Promise<void> {
  sendJson(answer, 200, await offered(transactions).digest());
}

function offered(transactions: TransactionService | undefined): TransactionService {
  if (transactions === undefined) throw new HttpProblem(501, 'this node has no transactions');
  return transactions;
}
