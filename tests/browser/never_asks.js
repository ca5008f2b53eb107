// A page whose fragments never run by themselves: Streamlit (1.67.0) has them run by an interval of the seconds of `run_every`.
const real = window.setInterval, LEAST_MS = 1000;

window.setInterval = (run, ms, ...values) => (ms >= LEAST_MS ? 0 : real(run, ms, ...values));
