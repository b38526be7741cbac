export { freePorts } from '../../src/testing/free-ports.js';
