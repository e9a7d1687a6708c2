/** OpenAI's chat completions, as requests and from responses of the job. */
package dev.messplus.batch.chat;
