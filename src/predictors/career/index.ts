/** career: CAREER, the transformer over occupations that reads no words. */
export { CareerModel } from './careerModel.ts';
export { CareerTask } from './careerTask.ts';
