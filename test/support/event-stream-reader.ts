export {
  EventStreamReader,
  type Message,
  type StreamEvent,
} from '../../src/testing/client/event-stream-reader.js';
