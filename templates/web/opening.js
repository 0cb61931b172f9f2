(function(){
var form=document.getElementById("open"),field=form.elements.secret,way=form.getAttribute("action"),shape=/^[\w-]{43}$/;
form.addEventListener("submit",function(){
var found=/(?:^|#|%23)([\w-]{43})$/.exec(field.value.trim());
form.action=way+(found?"#"+found[1]:"");
});
function open(){
var secret=location.hash.slice(1);
if(shape.test(secret)){field.value=secret;form.action=way+"#"+secret;document.getElementById("wait").hidden=false;form.submit()}
else if(secret)document.getElementById("cut").hidden=false;
}
addEventListener("hashchange",open);
if(document.prerendering)document.addEventListener("prerenderingchange",open,{once:true});else open();
})();
