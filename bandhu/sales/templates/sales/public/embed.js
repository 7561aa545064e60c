(function () {
  var script = document.currentScript;
  var here = new URLSearchParams(window.location.search);
  var asked = new URLSearchParams({ page: window.location.href.slice(0, 1000), ref: document.referrer.slice(0, 1000) });
  [{% for name in traces %}"{{ name|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}].forEach(function (name) {
    if (here.get(name)) asked.set(name, here.get(name));
  });
  asked.set("lang", script.dataset.lang || document.documentElement.lang.slice(0, 2));
  var frame = document.createElement("iframe");
  frame.src = "{{ address|escapejs }}?" + asked.toString();
  frame.title = "{{ title|escapejs }}";
  frame.loading = "lazy";
  frame.style.cssText = "inline-size: 100%; block-size: " + (script.dataset.height || "46rem") + "; border: 0";
  script.parentNode.insertBefore(frame, script);
})();
