/** The text template that models here learn from and are asked by. */
export const template = 'onward-1';
